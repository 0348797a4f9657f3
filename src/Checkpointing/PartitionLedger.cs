namespace Checkpointing;

/// <summary>A window for a lane, without what only its sender knows.</summary>
/// <param name="Records">May be empty: then the window asks the lane only where it stands.</param>
public readonly record struct WindowPlan(bool IsStart, long Begin, long End, IReadOnlyList<EventRecord> Records);

/// <summary>
/// The reader's side of the protocol, one for each time that a reader takes over a partition: keeps every fetched record until
/// its lane says that it is durable, plans the windows, and knows what may be committed. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// A lane's answer is believed, whoever brought the lane to where it stands: if another reader of the same partition has taken
/// it further, records that this one fetches later are already delivered, or already durable, and are treated so.
/// </remarks>
public sealed class PartitionLedger
{
    private readonly LaneCache[] _lanes;

    /// <param name="lanes">How many lanes the partition has.</param>
    /// <param name="start">The committed offset: all records before it are durable.</param>
    public PartitionLedger(int lanes, long start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        Fetched = start;
        _lanes = new LaneCache[lanes];
        for (var i = 0; i < lanes; i++)
            _lanes[i] = new LaneCache();
    }

    /// <summary>The position after the last fetched record.</summary>
    public long Fetched { get; private set; }

    /// <summary>How many records are kept.</summary>
    public int Retained { get; private set; }

    /// <summary>Bytes of the keys and values that are kept.</summary>
    public long RetainedBytes { get; private set; }

    /// <summary>All records of the partition before it are durable, with their outputs.</summary>
    public long Committable => FirstRetained?.Offset ?? Fetched;

    /// <summary>The first record that is kept; null when none is.</summary>
    public EventRecord? FirstRetained
    {
        get
        {
            LaneCache? first = null;
            foreach (var lane in _lanes)
            {
                if (lane.Records.Count > 0 && (first is null || lane.Records.Front.Offset < first.Records.Front.Offset))
                    first = lane;
            }
            return first?.Records.Front;
        }
    }

    /// <summary>Takes in a fetched record. In the order of offsets; gaps are normal.</summary>
    public void Add(int lane, in EventRecord record)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(record.Offset, Fetched);
        Fetched = record.Offset + 1;
        var cache = _lanes[lane];
        if (record.Offset < cache.Durable)
            return;
        cache.Add(record);
        Retained++;
        RetainedBytes += record.Size;
    }

    /// <summary>No record will come before that position: what lies there are control records, or was compacted.</summary>
    public void AdvanceTo(long position) => Fetched = Math.Max(Fetched, position);

    /// <summary>Whether the lane has records that were not delivered to it.</summary>
    public bool HasMore(int lane) => _lanes[lane].Delivered < _lanes[lane].Records.Count;

    /// <summary>
    /// Whether the lane was given records that are not known to be durable. When it has been silent for a while it is worth a
    /// window without records: a lane that has lost its memory says so only when it is asked.
    /// </summary>
    public bool AwaitsDurable(int lane) => _lanes[lane].Delivered > 0;

    /// <summary>The first record that the lane has not been given.</summary>
    /// <returns>False: the lane stands elsewhere, or is to be started again, so what it has been given is not known.</returns>
    public bool TryPeek(int lane, long position, out EventRecord? next) => _lanes[lane].TryPeek(position, out next);

    /// <summary>Plans the lane's next window, of at least one record if there is one. Forgets nothing.</summary>
    /// <remarks>A window that is never answered needs no repair: the next one is refused, and its answer says where to go on.</remarks>
    public WindowPlan TakeWindow(int lane, int maxRecords, long maxBytes) =>
        _lanes[lane].TakeWindow(Fetched, maxRecords, maxBytes);

    /// <summary>Takes in where the lane stands: drops what is durable, and goes on from there or starts the lane again.</summary>
    public void Answer(int lane, LaneAnswer answer)
    {
        var cache = _lanes[lane];
        // A lane below what it once said to be durable has lost its memory, or another reader that knows less has started it.
        // What lies between is no longer here, so only a start out of the cache can bring it on.
        if (answer.Position < 0 || answer.Position < cache.Durable)
        {
            cache.StartAgain();
            return;
        }
        cache.GoOnFrom(answer.Position);
        cache.Durable = Math.Max(cache.Durable, answer.Durable);
        while (cache.Records.Count > 0 && cache.Records.Front.Offset < cache.Durable)
        {
            Retained--;
            RetainedBytes -= cache.Records.Front.Size;
            cache.RemoveFirst();
        }
    }
}

/// <summary>What a reader keeps of one lane.</summary>
internal sealed class LaneCache
{
    private bool _needsStart = true;
    private long _position;

    public ChunkedQueue<EventRecord> Records { get; } = new();

    /// <summary>How many of the records, from the first, the lane was given.</summary>
    public int Delivered { get; private set; }

    /// <summary>The highest durable offset that the lane has named; -1 before it has named one.</summary>
    public long Durable { get; set; } = -1;

    public void Add(in EventRecord record)
    {
        // Below the lane's position when another reader has delivered the record.
        if (!_needsStart && record.Offset < _position && Delivered == Records.Count)
            Delivered++;
        Records.Add(record);
    }

    public void RemoveFirst()
    {
        Records.RemoveFirst();
        Delivered = Math.Max(0, Delivered - 1);
    }

    public WindowPlan TakeWindow(long fetched, int maxRecords, long maxBytes)
    {
        var isStart = _needsStart;
        if (isStart)
        {
            Delivered = 0;
            _position = Records.Count > 0 ? Records.Front.Offset : Math.Max(fetched, Durable);
            _needsStart = false;
        }
        var begin = _position;
        var records = Take(maxRecords, maxBytes);
        if (records.Count > 0)
            _position = records[^1].Offset + 1;
        return new WindowPlan(isStart, begin, _position, records);
    }

    public bool TryPeek(long position, out EventRecord? next)
    {
        next = Delivered < Records.Count ? Record(Delivered) : null;
        return !_needsStart && position == _position;
    }

    public void StartAgain()
    {
        _needsStart = true;
        Delivered = 0;
    }

    /// <summary>The lane stands there, and so needs no start, even if one was due: another reader has seen to it.</summary>
    public void GoOnFrom(long position)
    {
        _needsStart = false;
        _position = position;
        while (Delivered < Records.Count && Record(Delivered).Offset < position)
            Delivered++;
        while (Delivered > 0 && Record(Delivered - 1).Offset >= position)
            Delivered--;
    }

    private RecordSlice Take(int maxRecords, long maxBytes)
    {
        var count = 0;
        var bytes = 0L;
        while (count < maxRecords && Delivered + count < Records.Count)
        {
            bytes += Record(Delivered + count).Size;
            if (count > 0 && bytes > maxBytes)
                break;
            count++;
        }
        if (count == 0)
            return RecordSlice.Empty;
        var records = RecordSlice.Of(Records, Records.First + Delivered, count);
        Delivered += count;
        return records;
    }

    private ref EventRecord Record(int place) => ref Records[Records.First + place];
}
