namespace Checkpointing;

/// <summary>
/// What a reader hands to a lane: the lane's records of <c>[Begin, End)</c>, all that had gathered when the lane became free.
/// A window without records asks the lane only where it stands. Passed by reference inside a silo, never changed.
/// </summary>
[GenerateSerializer, Immutable, Alias("granary.Window")]
public sealed class Window
{
    /// <summary>The source partition: topic, partition and the topic's id, so that a topic made anew starts at 0.</summary>
    [Id(0)]
    public required string Source { get; init; }

    [Id(1)]
    public required string Topic { get; init; }

    [Id(2)]
    public required int Partition { get; init; }

    [Id(3)]
    public required int Lane { get; init; }

    /// <summary>The reader that sent it: one for each time that a silo takes over a partition.</summary>
    [Id(4)]
    public required Guid Reader { get; init; }

    /// <summary>Where the reader runs; a lane elsewhere refuses the window.</summary>
    [Id(5)]
    public required SiloAddress ReaderSilo { get; init; }

    /// <summary>
    /// The window replaces all that the lane holds, unless the lane has taken this start before: a fresh id for each start, null
    /// for a window that is none.
    /// </summary>
    [Id(6)]
    public Guid? Start { get; init; }

    /// <summary>Whether the window is a start.</summary>
    public bool IsStart => Start is not null;

    /// <summary>The position at which the lane's previous window ended.</summary>
    [Id(7)]
    public required long Begin { get; init; }

    /// <summary>The lane's position once it has taken the window: one past its last record, or <see cref="Begin"/>.</summary>
    [Id(8)]
    public required long End { get; init; }

    /// <summary>In the order of their offsets.</summary>
    [Id(9)]
    public required IReadOnlyList<EventRecord> Records { get; init; }

    /// <summary>The versions of these records, and of all that the lane may hold.</summary>
    [Id(10)]
    public VersionStarts Versions { get; init; } = VersionStarts.None;
}

/// <summary>Where a lane stands.</summary>
/// <param name="Position">The end of the last window that it took; -1 when it has taken none.</param>
/// <param name="Durable">Every record of the lane below it is durable with its outputs; -1 when it has taken no window.</param>
[GenerateSerializer, Immutable, Alias("granary.LaneAnswer")]
public readonly record struct LaneAnswer([property: Id(0)] long Position, [property: Id(1)] long Durable);

/// <summary>The reader of a partition, as the lanes of its silo see it. Calls are safe from any thread and never block.</summary>
public interface ILaneReader
{
    /// <summary>The lane says where it stands: before it ends a window's delivery, and whenever its durable offset has moved.</summary>
    void Answer(int lane, LaneAnswer answer);

    /// <summary>The source partition.</summary>
    string Source { get; }

    /// <summary>Topic and partition, as rows name them: <see cref="EntityIndex.Source"/>.</summary>
    string Place => SourceName.WithoutId(Source);

    string Topic { get; }

    /// <summary>The partition's time.</summary>
    LaneClock Clock { get; }

    /// <summary>The time up to which a lane has all records, if it stands at that position.</summary>
    LaneClock ClockOf(int lane, long position);

    /// <summary>The lane of an entity's key, UTF-8.</summary>
    int LaneOf(ReadOnlySpan<byte> key);

    /// <summary>Sends the lane a window, without records if there are none.</summary>
    void Wake(int lane);
}

/// <summary>Finds this silo's readers.</summary>
public interface ILaneReaders
{
    /// <summary>The reader of that id; null when it has stopped or runs in another silo.</summary>
    ILaneReader? Find(Guid reader);

    /// <summary>Those of this silo.</summary>
    IReadOnlyCollection<ILaneReader> All { get; }
}
