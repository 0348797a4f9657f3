namespace Checkpointing;

/// <summary>When the next timers of an entity are due.</summary>
/// <param name="EventTime">The time of its source partition, milliseconds since the Unix epoch; <see cref="Never"/>: none is armed.</param>
/// <param name="WallClock">The wall clock's time, likewise.</param>
[GenerateSerializer, Immutable, Alias("granary.DueTimes")]
public readonly record struct DueTimes([property: Id(0)] long EventTime, [property: Id(1)] long WallClock)
{
    public const long Never = long.MaxValue;

    public static readonly DueTimes None = new(Never, Never);

    /// <summary>So many milliseconds later on both clocks.</summary>
    public DueTimes Plus(long milliseconds) => new(EventTime + milliseconds, WallClock + milliseconds);

    /// <summary>Whether one of them is due by then.</summary>
    public bool IsBy(DueTimes until) => EventTime <= until.EventTime || WallClock <= until.WallClock;
}

/// <summary>A lane tells an entity that time has passed.</summary>
[GenerateSerializer, Immutable, Alias("granary.TimePassed")]
public sealed class TimePassed
{
    [Id(0)]
    public required string Source { get; init; }

    /// <summary>As in <see cref="Delivery.After"/>: an entity that lacks that record has lost memory and must not judge.</summary>
    [Id(1)]
    public required long After { get; init; }

    /// <summary>All timers up to these times are due.</summary>
    [Id(2)]
    public required DueTimes Until { get; init; }

    /// <summary>The version of the source's next record: what time brings about now is judged by it, or by a later one.</summary>
    [Id(3)]
    public required long Version { get; init; }
}

/// <summary>An entity's answer.</summary>
/// <param name="Accepted">False: it has lost memory and changed nothing.</param>
[GenerateSerializer, Immutable, Alias("granary.TimeAnswer")]
public readonly record struct TimeAnswer([property: Id(0)] bool Accepted, [property: Id(1)] DueTimes Due);

/// <summary>Names of source partitions.</summary>
public static class SourceName
{
    /// <param name="topicId">Tells a topic from one of the same name before it.</param>
    public static string Of(string topic, int partition, string topicId) => $"{topic}/{partition}/{topicId}";

    /// <summary>Topic and partition of a source: who reads them now has the entities of a topic before, too.</summary>
    public static string WithoutId(string source) => source[..source.LastIndexOf('/')];
}

/// <summary>What can be found of an entity without asking it: kept beside its state, written with it.</summary>
/// <param name="Source">The <see cref="SourceName.WithoutId">topic and partition</see> that its records come from.</param>
/// <param name="Due">Null: as it is.</param>
/// <param name="Alerts">Its active alerts, in the entity's own format; empty: none.</param>
/// <param name="Version">The version of the rules that the state was judged by; 0: there are none.</param>
public sealed record EntityIndex(string Source, DueTimes? Due, ReadOnlyMemory<byte> Alerts, long Version);

/// <summary>An entity with active alerts.</summary>
/// <param name="Alerts">As in <see cref="EntityIndex.Alerts"/>.</param>
public readonly record struct AlertingEntity(EntityId Entity, ReadOnlyMemory<byte> Alerts);

/// <summary>An entity whose state is of an earlier version of the rules; the rest as in <see cref="EntityIndex"/>.</summary>
public readonly record struct BehindEntity(EntityId Entity, string Source, long Version, ReadOnlyMemory<byte> Alerts);

/// <summary>An entity of which a timer is due.</summary>
public readonly record struct DueEntity(EntityId Entity, string Source, DueTimes Due);

/// <summary>How far a lane, or a whole partition, has come in time.</summary>
/// <param name="EventTime">
/// The largest event time of the partition's records before what the lane lacks; 0: not known. While nothing comes it goes on
/// with the wall clock.
/// </param>
/// <param name="IsCaughtUp">Whether all has been given to the lane that was in the log when its reader began.</param>
/// <param name="Version">The version of the first record that the lane lacks.</param>
public readonly record struct LaneClock(long EventTime, bool IsCaughtUp, long Version);
