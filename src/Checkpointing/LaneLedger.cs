namespace Checkpointing;

/// <summary>
/// The lane's side of the protocol, one for each activation of a lane: holds the records of its windows, groups them by entity,
/// and says up to where all are durable with their outputs acknowledged. Not safe for concurrent use.
/// </summary>
/// <typeparam name="TTag">What the driver hangs on an entity, such as its grain reference.</typeparam>
public sealed class LaneLedger<TTag>
{
    private readonly int _idleLimit;
    private readonly Dictionary<ReadOnlyMemory<byte>, LaneEntity<TTag>> _entities = new(KeyBytes.Comparer);
    private readonly Dictionary<long, LaneEntity<TTag>> _refused = [];
    private readonly List<EventRecord> _newlyRefused = [];
    private readonly LaneOutputs<TTag> _outputs = new();
    private readonly Ring<(long Offset, LaneEntity<TTag> Entity)> _order = new(keptWhenEmpty: 16_384);
    private readonly Queue<LaneEntity<TTag>> _idle = new();
    private List<LaneEntity<TTag>> _ready = [];
    private List<LaneEntity<TTag>> _touched = [];
    private SourcePartition _source;
    private long _epoch;
    private Guid _start;

    /// <param name="idleLimit">How many entities of which nothing is held are remembered, for the sake of their tags.</param>
    public LaneLedger(int idleLimit = 4096) => _idleLimit = idleLimit;

    /// <summary>Where the last window ended; -1 before the first start.</summary>
    public long Position { get; private set; } = -1;

    /// <summary>The lowest offset that is held, else the position. All of the lane below it is durable, outputs included.</summary>
    public long Durable
    {
        get
        {
            // An entity lets its records go in order; what it has let go is taken out here once it comes to the front.
            while (_order.Count > 0 && !_order[0].Entity.Holds(_order[0].Offset))
                _order.RemoveFirst();
            return _order.Count > 0 ? _order[0].Offset : Position;
        }
    }

    public LaneAnswer Answer => new(Position, Durable);

    /// <summary>How many records are held.</summary>
    public int Held { get; private set; }

    /// <summary>Bytes of the keys and values of the held records.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>How many entities wait for a flush, at most: worth a checkpoint when there are any.</summary>
    public int Touched => _touched.Count;

    /// <summary>
    /// Takes a window that begins where the last one ended, or a start, which replaces all that is held. Records with a problem
    /// are not given to an entity: see <see cref="TakeRefused"/>.
    /// </summary>
    /// <param name="tag">Makes the tag of an entity from its key, whose bytes it may keep.</param>
    /// <returns>False: refused, nothing has changed; <see cref="Answer"/> tells the reader where to go on.</returns>
    public bool Take(Window window, Func<ReadOnlyMemory<byte>, TTag> tag)
    {
        if (window.IsStart)
            Reset(window.Begin);
        else if (Position < 0 || window.Begin != Position || window.Source != _source.Id)
            return false;
        _source = new SourcePartition(window.Source, window.Topic, window.Partition);
        var records = window.Records;
        for (var i = 0; i < records.Count; i++)
            Hold(records[i], tag);
        Position = window.End;
        return true;
    }

    /// <summary>The records with a problem that have come since the last call. Each is held until its dead letter is acknowledged.</summary>
    public IReadOnlyList<EventRecord> TakeRefused()
    {
        if (_newlyRefused.Count == 0)
            return [];
        EventRecord[] refused = [.. _newlyRefused];
        _newlyRefused.Clear();
        return refused;
    }

    /// <summary>Gives the dead letter of a refused record: it is among the outputs to send.</summary>
    public void HoldOutput(long offset, Output output)
    {
        // Not there: it had one already, or a start has replaced it.
        if (_refused.Remove(offset, out var entity))
            _outputs.AddDeadLetter(entity, offset, output);
    }

    /// <summary>One delivery for every entity that has something undelivered and none in flight.</summary>
    public void TakeReady(List<LaneDelivery<TTag>> into)
    {
        foreach (var entity in _ready)
        {
            entity.IsReady = false;
            if (entity.InFlight is null && entity.HasUndelivered)
                into.Add(entity.Deliver(_source, _start));
        }
        _ready.Clear();
    }

    /// <summary>Takes in an entity's answer, and its outputs.</summary>
    /// <returns>Whether the entity has something to be delivered: records that came meanwhile, or all that it has lost.</returns>
    public bool Answered(LaneDelivery<TTag> delivery, DeliveryAnswer answer)
    {
        var entity = delivery.Entity;
        if (entity.Epoch != _epoch || entity.InFlight != delivery)
            return false;
        entity.InFlight = null;
        if (!entity.Continues(delivery.Delivery, answer))
        {
            // The memory that had answered before is gone, or is not the one that answers now: all that is not durable is
            // delivered again, for the outputs that count are those of the memory that will be written.
            DeliverAgain(entity);
            return true;
        }
        entity.Activation = answer.Activation;
        entity.Answered += delivery.Delivery.Records.Count;
        foreach (var output in answer.Outputs)
            _outputs.Add(entity, output, answer.IsConfirmed);
        Touch(entity);
        MakeReady(entity);
        return entity.HasUndelivered;
    }

    /// <summary>No answer has come; whether the entity has applied the records is not known. They will be delivered again.</summary>
    public void Failed(LaneDelivery<TTag> delivery)
    {
        var entity = delivery.Entity;
        if (entity.Epoch != _epoch || entity.InFlight != delivery)
            return;
        entity.InFlight = null;
        entity.Sent = entity.Answered;
        MakeReady(entity);
    }

    /// <summary>
    /// Outputs to send now, each time that they have to be sent: at once, or once their record is durable. They are to be sent in
    /// this order, those of one id also one after the other.
    /// </summary>
    public void TakeOutputs(List<CausedOutput> into) => _outputs.TakeTo(into);

    /// <summary>The broker has an output that <see cref="TakeOutputs"/> gave.</summary>
    /// <returns>False: outdated, nothing has changed.</returns>
    public bool Acknowledged(CausedOutput output)
    {
        if (_outputs.Acknowledge(output) is not { } entity)
            return false;
        Release(entity);
        return true;
    }

    /// <summary>The entities that have answered for records that are not durable, without those that are being flushed.</summary>
    public void TakeTouched(List<LaneEntity<TTag>> into)
    {
        var touched = _touched;
        _touched = [];
        foreach (var entity in touched)
        {
            entity.IsTouched = false;
            if (!entity.AwaitsFlush || entity.InFlush)
                continue;
            entity.InFlush = true;
            into.Add(entity);
        }
    }

    /// <summary>Takes in an entity's answer to a flush.</summary>
    public void Flushed(LaneEntity<TTag> entity, FlushAnswer answer)
    {
        if (entity.Epoch != _epoch)
            return;
        entity.InFlush = false;
        // Only what was answered can become durable: the outputs of a delivery in flight are not known.
        if (entity.AwaitsFlush && entity.Activation != answer.Activation)
            DeliverAgain(entity);
        else if (entity.AwaitsFlush)
        {
            while (entity.AwaitsFlush && entity.Records[entity.Durable].Record.Offset < answer.Durable)
                entity.Durable++;
            _outputs.SendDurable(entity, answer.Durable);
        }
        Touch(entity);
        Release(entity);
    }

    /// <summary>No answer has come to a flush; it is worth another one.</summary>
    public void FlushFailed(LaneEntity<TTag> entity)
    {
        if (entity.Epoch != _epoch)
            return;
        entity.InFlush = false;
        Touch(entity);
        Release(entity);
    }

    private void Reset(long position)
    {
        _epoch++;
        _start = Guid.NewGuid();
        _entities.Clear();
        _refused.Clear();
        _newlyRefused.Clear();
        _outputs.Clear();
        _order.Clear();
        _idle.Clear();
        _ready.Clear();
        _touched.Clear();
        Held = 0;
        HeldBytes = 0;
        Position = position;
    }

    private void Hold(in EventRecord record, Func<ReadOnlyMemory<byte>, TTag> tag)
    {
        LaneEntity<TTag>? entity;
        if (record.Problem is not null)
            entity = Refuse(record);
        else if (!_entities.TryGetValue(record.Key, out entity))
        {
            ReadOnlyMemory<byte> key = record.Key.ToArray();
            entity = new LaneEntity<TTag>(key, tag(key), _epoch);
            _entities.Add(key, entity);
        }
        entity.Records.Add(new HeldRecord(record) { Pending = record.Problem is null ? 0 : 1 });
        _order.Add((record.Offset, entity));
        Held++;
        HeldBytes += record.Size;
        MakeReady(entity);
    }

    /// <summary>A record with a problem is held as if by an entity of its own that has it durably and awaits one output.</summary>
    private LaneEntity<TTag> Refuse(in EventRecord record)
    {
        _newlyRefused.Add(record);
        var entity = new LaneEntity<TTag>(default, default!, _epoch) { Durable = 1, Answered = 1, Sent = 1, IsIdle = true };
        _refused.Add(record.Offset, entity);
        return entity;
    }

    private void DeliverAgain(LaneEntity<TTag> entity)
    {
        _outputs.Void(entity);
        entity.Answered = entity.Durable;
        // What is in flight stays so: its answer does not go on from here, or is the first of a new memory.
        if (entity.InFlight is null)
            entity.Sent = entity.Answered;
        MakeReady(entity);
    }

    private void MakeReady(LaneEntity<TTag> entity)
    {
        if (entity.IsReady || entity.InFlight is not null || !entity.HasUndelivered)
            return;
        entity.IsReady = true;
        _ready.Add(entity);
    }

    private void Touch(LaneEntity<TTag> entity)
    {
        if (entity.IsTouched || entity.InFlush || !entity.AwaitsFlush)
            return;
        entity.IsTouched = true;
        _touched.Add(entity);
    }

    private void Release(LaneEntity<TTag> entity)
    {
        var records = entity.Records;
        while (entity.Durable > 0 && records[0].Pending == 0)
        {
            Held--;
            HeldBytes -= records[0].Record.Size;
            records.RemoveFirst();
            entity.Durable--;
            entity.Answered--;
            entity.Sent--;
        }
        if (records.Count == 0 && !entity.IsIdle && !entity.InFlush)
            KeepIdle(entity);
    }

    private void KeepIdle(LaneEntity<TTag> entity)
    {
        entity.IsIdle = true;
        _idle.Enqueue(entity);
        if (_idle.Count <= _idleLimit)
            return;
        var oldest = _idle.Dequeue();
        oldest.IsIdle = false;
        if (oldest.Records.Count == 0 && !oldest.InFlush)
            _entities.Remove(oldest.Key);
    }
}
