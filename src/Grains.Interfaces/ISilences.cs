namespace Grains.Interfaces;

/// <summary>The silences of a cluster; key 0. A call may come twice and counts once.</summary>
[Alias("granary.ISilences")]
public interface ISilences : IGrainWithIntegerKey
{
    /// <summary>Sets a silence, or replaces the one with its id; durable and in force on return.</summary>
    /// <exception cref="ArgumentException">It is wrong; the message says what.</exception>
    /// <exception cref="CommandRefusedException">No notifications are configured, or too many silences are set.</exception>
    [Alias("Add")]
    ValueTask AddAsync(Silence silence);

    /// <summary>Ends a silence now; durable and in force on return.</summary>
    /// <returns>False: there is none with that id.</returns>
    /// <exception cref="CommandRefusedException">No notifications are configured.</exception>
    [Alias("Expire")]
    ValueTask<bool> ExpireAsync(string id);

    /// <summary>Those that are in force or will be, by when they begin.</summary>
    /// <exception cref="CommandRefusedException">No notifications are configured.</exception>
    [Alias("List")]
    ValueTask<IReadOnlyList<Silence>> ListAsync();
}

/// <summary>Mutes the notifications of the alerts that all of its matchers match, for a time.</summary>
[GenerateSerializer, Immutable, Alias("granary.Silence")]
public sealed record Silence
{
    /// <summary>1 to 64 letters, digits and hyphens; fresh for each silence.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>At least one, as in <c>severity="critical"</c>, with <c>=</c>, <c>!=</c>, <c>=~</c> or <c>!~</c>.</summary>
    [Id(1)]
    public required IReadOnlyList<string> Matchers { get; init; }

    [Id(2)]
    public required string Who { get; init; }

    [Id(3)]
    public string Why { get; init; } = "";

    /// <summary>From then on.</summary>
    [Id(4)]
    public required DateTimeOffset From { get; init; }

    /// <summary>No longer from then on.</summary>
    [Id(5)]
    public required DateTimeOffset Until { get; init; }
}
