using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Notifications.Groups;

/// <summary>What a receiver has been told last.</summary>
/// <param name="Time">When: milliseconds since the Unix epoch.</param>
/// <param name="Firing">Fingerprints.</param>
/// <param name="Resolved">Fingerprints.</param>
internal sealed record SentNotification(long Time, ImmutableHashSet<string> Firing, ImmutableHashSet<string> Resolved);

/// <summary>A notification that is to be sent: it stays as it is until it is delivered or refused.</summary>
/// <param name="Number">Counted from 1 in its group.</param>
/// <param name="Time">When it was made: milliseconds since the Unix epoch.</param>
internal sealed record PendingNotification(long Number, long Time, ImmutableArray<Alert> Alerts);

/// <summary>What is kept of the alerts of a group for one receiver.</summary>
internal sealed class GroupState
{
    private const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new LabelSet.Converter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public int Version { get; init; } = CurrentVersion;

    /// <summary>Never used again, also when the group ends and begins anew.</summary>
    public required Guid Id { get; init; }

    public required GroupKey Key { get; init; }

    /// <summary>By fingerprint.</summary>
    public Dictionary<string, Alert> Alerts { get; init; } = new(StringComparer.Ordinal);

    /// <summary>When it is looked at next: milliseconds since the Unix epoch.</summary>
    public required long NextFlush { get; set; }

    /// <summary>Whether <see cref="Route.GroupWait"/> is over.</summary>
    public bool HasFlushed { get; set; }

    /// <summary>How many notifications have been made.</summary>
    public long Notifications { get; set; }

    public SentNotification? Sent { get; set; }

    public PendingNotification? Pending { get; set; }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="InvalidDataException">It is not what <see cref="Write"/> has written.</exception>
    public static GroupState Read(StoredGroup stored)
    {
        try
        {
            var state = JsonSerializer.Deserialize<GroupState>(stored.State.Span, Json);
            if (state is { Version: CurrentVersion })
                return state;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the state of notification group {stored.Key} cannot be read: {e.Message}", e);
        }

        throw new InvalidDataException($"the state of notification group {stored.Key} is of another version");
    }
}

/// <summary>What tells groups apart.</summary>
/// <param name="Receiver">The id of the one that is told.</param>
/// <param name="Route"><see cref="Route.Path"/>.</param>
internal sealed record GroupKey(string Receiver, string Route, Labels Labels)
{
    /// <summary><c>ops/webhook/0:{}/{team="plant"}:{alertname="overheating"}</c></summary>
    [JsonIgnore]
    public string Text => $"{Receiver}:{Route}:{LabelSet.Text(Labels)}";

    /// <summary>The key in the store: 32 hexadecimal digits.</summary>
    [JsonIgnore]
    public string Stored => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)).AsSpan(0, 16));
}
