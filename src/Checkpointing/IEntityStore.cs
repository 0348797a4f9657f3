namespace Checkpointing;

/// <summary>An entity: its kind and its key, any text.</summary>
[GenerateSerializer, Immutable, Alias("granary.EntityId")]
public readonly record struct EntityId([property: Id(0)] string Kind, [property: Id(1)] string Key)
{
    public override string ToString() => $"{Kind}/{Key}";
}

/// <summary>Which write a stored state is the result of.</summary>
/// <param name="Number">max(now in ms, previous + 1): also the time stamp of every cell of the write.</param>
/// <param name="Writer">Fresh for each attempt to write.</param>
public readonly record struct EntityVersion(long Number, Guid Writer);

/// <summary>An entity's durable state.</summary>
/// <param name="State">The bytes that were committed: ledger and state.</param>
/// <param name="StateType">The state's type and version, as committed.</param>
public sealed record StoredEntity(EntityVersion Version, ReadOnlyMemory<byte> State, string StateType);

/// <summary>What a history block holds.</summary>
public enum HistoryKind
{
    /// <summary>The events of a checkpoint.</summary>
    Events,

    /// <summary>Alert changes.</summary>
    Alerts,
}

/// <summary>Events of one checkpoint, or alert changes, of one entity and source.</summary>
/// <param name="FirstTime">The earliest time in it, milliseconds since the Unix epoch.</param>
/// <param name="Source">The source partition, or what else caused it.</param>
/// <param name="FirstOffset">The first offset in it; with the source it makes the block's write idempotent.</param>
/// <param name="Content">The block's bytes; the entity knows their format.</param>
public sealed record HistoryBlock(
    HistoryKind Kind, long FirstTime, string Source, long FirstOffset, ReadOnlyMemory<byte> Content);

/// <summary>Durable states and histories of entities.</summary>
public interface IEntityStore
{
    /// <summary>The entity's state; null when it has none. Asking creates nothing.</summary>
    ValueTask<StoredEntity?> ReadAsync(EntityId entity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes state and history together, if the entity's version is still the expected one (null: it has none). History
    /// that cannot go in the same write goes first, idempotently. An unknown outcome is read back.
    /// </summary>
    /// <param name="index">What is to be found of it without asking it; null: as it is.</param>
    /// <returns>The version written.</returns>
    /// <exception cref="EntityConflictException">Another activation has written; this one's memory is void.</exception>
    /// <exception cref="EntityStoreException">Not written, or not known to be. The same commit may be tried again.</exception>
    ValueTask<EntityVersion> CommitAsync(
        EntityId entity, EntityVersion? expected, ReadOnlyMemory<byte> state, string stateType,
        IReadOnlyList<HistoryBlock> history, EntityIndex? index = null, CancellationToken cancellationToken = default);

    /// <summary>Blocks whose first time lies in [from, to), ordered by first time, source and offset.</summary>
    IAsyncEnumerable<HistoryBlock> ReadHistoryAsync(
        EntityId entity, HistoryKind kind, long from, long to, CancellationToken cancellationToken = default);

    /// <summary>Entities with a timer that is due by a time of its source partition: those of the partitions named, in no order.</summary>
    IAsyncEnumerable<DueEntity> FindDueAsync(
        IReadOnlyDictionary<string, DueTimes> until, CancellationToken cancellationToken = default);

    /// <summary>Entities with active alerts, in the order of the table, as of their last checkpoints.</summary>
    /// <param name="after">The last one that was seen; null: from the first.</param>
    IAsyncEnumerable<AlertingEntity> FindAlertsAsync(EntityId? after, CancellationToken cancellationToken = default);

    /// <summary>Entities whose states are of a version of the rules before that one, in the order of the table.</summary>
    IAsyncEnumerable<BehindEntity> FindBehindAsync(long version, CancellationToken cancellationToken = default);

    /// <summary>Entities of a kind that have a state, in the order of the table. Looks at the keys of all kinds.</summary>
    /// <param name="after">The last one that was seen; null: from the first.</param>
    IAsyncEnumerable<EntityId> FindEntitiesAsync(string kind, EntityId? after, CancellationToken cancellationToken = default);
}

/// <summary>The entity's version is not the expected one.</summary>
[GenerateSerializer, Alias("granary.EntityConflict")]
public sealed class EntityConflictException(string message, Exception? innerException = null)
    : Exception(message, innerException);

/// <summary>The store could not read, or a write's outcome is not known.</summary>
[GenerateSerializer, Alias("granary.EntityStore")]
public sealed class EntityStoreException(string message, Exception? innerException = null)
    : Exception(message, innerException);
