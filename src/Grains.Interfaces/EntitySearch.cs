using Orleans.Concurrency;

namespace Grains.Interfaces;

/// <summary>Finds the entities of a kind without waking them. Any key; every silo answers.</summary>
[Alias("granary.IEntitySearch")]
public interface IEntitySearch : IGrainWithIntegerKey
{
    /// <summary>
    /// The next page of the entities that have had a checkpoint. A page may hold fewer than asked, even none, with more behind
    /// it: <see cref="EntityPage.Next"/> alone tells the end.
    /// </summary>
    /// <exception cref="UnknownKindException">There is no such kind.</exception>
    [Alias("Find")]
    [AlwaysInterleave]
    ValueTask<EntityPage> FindAsync(EntityQuery query);
}

/// <summary>Which entities are meant.</summary>
[GenerateSerializer, Immutable, Alias("granary.EntityQuery")]
public sealed record EntityQuery
{
    [Id(0)]
    public required string Kind { get; init; }

    /// <summary>What the entity's key begins with.</summary>
    [Id(1)]
    public string KeyPrefix { get; init; } = "";

    /// <summary>How many entities a page holds, 1 to 1,000.</summary>
    [Id(2)]
    public int Limit { get; init; } = 1000;

    /// <summary><see cref="EntityPage.Next"/> of the page before; null: the first page.</summary>
    [Id(3)]
    public string? After { get; init; }
}

/// <summary>The keys of some of the entities found, in no useful order.</summary>
/// <param name="Next">Where the next page begins; null: there is none.</param>
[GenerateSerializer, Immutable, Alias("granary.EntityPage")]
public sealed record EntityPage([property: Id(0)] IReadOnlyList<string> Keys, [property: Id(1)] string? Next);
