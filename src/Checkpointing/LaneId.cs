using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Checkpointing;

/// <summary>How windows reach lanes: one implicit stream a lane, so that one grain class serves every topic.</summary>
public static class LaneStreams
{
    /// <summary>The namespace of every lane's stream, for <c>[ImplicitStreamSubscription(LaneStreams.Namespace)]</c>.</summary>
    public const string Namespace = "lanes";
}

/// <summary>One lane of a topic's partition. Its text is the key of its stream, and so of its grain.</summary>
public readonly record struct LaneId(string Topic, int Partition, int Lane)
{
    /// <summary><c>topic/partition/lane</c>; a topic's name never holds a slash.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}/{Partition}/{Lane}");

    /// <exception cref="FormatException">The text is not <c>topic/partition/lane</c>.</exception>
    public static LaneId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not topic/partition/lane.");

    public static bool TryParse([NotNullWhen(true)] string? text, out LaneId id)
    {
        id = default;
        var lane = text?.LastIndexOf('/') ?? -1;
        var partition = lane > 0 ? text!.LastIndexOf('/', lane - 1) : -1;
        if (partition <= 0
            || !int.TryParse(text.AsSpan(lane + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var laneNumber)
            || !int.TryParse(text.AsSpan(partition + 1, lane - partition - 1), NumberStyles.None,
                CultureInfo.InvariantCulture, out var partitionNumber))
            return false;
        id = new LaneId(text![..partition], partitionNumber, laneNumber);
        return true;
    }
}
