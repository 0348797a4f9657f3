using Checkpointing;

namespace Kafka.Streaming.Reading;

/// <summary>
/// Keeps records back from where a version starts until that is stored: whoever reads them again then finds the same version. Not
/// safe for concurrent use.
/// </summary>
internal sealed class VersionGate(VersionStarts known)
{
    private readonly List<(EventRecord Record, int Lane)> _held = [];

    /// <summary>The starts that are stored.</summary>
    public VersionStarts Known { get; private set; } = known;

    /// <summary>With the one that is being stored.</summary>
    public VersionStarts Expected { get; private set; } = known;

    public bool IsClosed => Expected.Newest != Known.Newest;

    /// <summary>Bytes of the keys and values that are held.</summary>
    public long HeldBytes { get; private set; }

    public int Held => _held.Count;

    /// <summary>The position after the last record that is held, or that the log is known to have nothing before.</summary>
    public long HeldEnd { get; private set; }

    /// <summary>Closes: all records from the start's offset on are held.</summary>
    public void Close(VersionStart start)
    {
        Expected = Known.With(start);
        HeldEnd = start.Offset;
    }

    public void Hold(int lane, in EventRecord record)
    {
        _held.Add((record, lane));
        HeldBytes += record.Size;
        HeldEnd = record.Offset + 1;
    }

    /// <summary>No record will come before that position.</summary>
    public void AdvanceTo(long position) => HeldEnd = Math.Max(HeldEnd, position);

    /// <summary>The start is stored. Starts that no record from an offset on needs are forgotten.</summary>
    public void Open(long needed) => Known = Expected = Expected.From(needed);

    /// <summary>What was held, in its order.</summary>
    public IReadOnlyList<(EventRecord Record, int Lane)> Take()
    {
        (EventRecord, int)[] held = [.. _held];
        _held.Clear();
        _held.TrimExcess();
        HeldBytes = 0;
        return held;
    }
}
