using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Grains.Interfaces;

/// <summary>Finds the active alerts of all entities, without asking each of them. Any key; every silo answers.</summary>
[Alias("granary.IAlertSearch")]
public interface IAlertSearch : IGrainWithIntegerKey
{
    /// <summary>
    /// The next page of the pending and firing alerts that match, exact as of each entity's last checkpoint. A page may hold fewer
    /// than asked, even none, with more behind it: <see cref="AlertPage.Next"/> alone tells the end.
    /// </summary>
    [Alias("Find")]
    [AlwaysInterleave]
    ValueTask<AlertPage> FindAsync(AlertQuery query);
}

/// <summary>Which alerts are meant: those that match all that is given.</summary>
[GenerateSerializer, Immutable, Alias("granary.AlertQuery")]
public sealed record AlertQuery
{
    [Id(0)]
    public string? Kind { get; init; }

    /// <summary>What the entity's key begins with.</summary>
    [Id(1)]
    public string? KeyPrefix { get; init; }

    [Id(2)]
    public string? Rule { get; init; }

    [Id(3)]
    public AlertState? State { get; init; }

    /// <summary>Labels and their values, such as severity.</summary>
    [Id(4)]
    public IReadOnlyDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Alerts whose condition began to hold before that time.</summary>
    [Id(5)]
    public DateTimeOffset? SinceBefore { get; init; }

    /// <summary>Whether someone has taken notice.</summary>
    [Id(6)]
    public bool? Acknowledged { get; init; }

    /// <summary>How many alerts a page holds, 1 to 1,000; more where an entity has several.</summary>
    [Id(7)]
    public int Limit { get; init; } = 100;

    /// <summary><see cref="AlertPage.Next"/> of the page before; null: the first page.</summary>
    [Id(8)]
    public EntityKey? After { get; init; }
}

/// <summary>An alert and the entity that has it.</summary>
[GenerateSerializer, Immutable, Alias("granary.FoundAlert")]
public sealed record FoundAlert([property: Id(0)] string Kind, [property: Id(1)] string Key, [property: Id(2)] Alert Alert);

/// <summary>Some of the alerts found.</summary>
/// <param name="Next">Where the next page begins; null: there is none.</param>
[GenerateSerializer, Immutable, Alias("granary.AlertPage")]
public sealed record AlertPage([property: Id(0)] IReadOnlyList<FoundAlert> Alerts, [property: Id(1)] EntityKey? Next);
