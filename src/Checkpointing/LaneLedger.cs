using System.Diagnostics.CodeAnalysis;

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
    private readonly HeldRecords<TTag> _held = new();
    private readonly LaneOutputs<TTag> _outputs;
    private readonly Queue<LaneEntity<TTag>> _idle = new();
    private readonly Queue<LaneEntity<TTag>> _ready = new();
    private List<LaneEntity<TTag>> _touched = [];
    private SourcePartition _source;
    private VersionStarts _versions = VersionStarts.None;
    private long _epoch;
    private long _deliveries;
    private Guid _start;        // fresh for each start that is taken: two activations of a lane may take the same window
    private Guid _takenStart;   // the window's own

    /// <param name="idleLimit">How many entities of which nothing is held are remembered, for the sake of their tags.</param>
    public LaneLedger(int idleLimit = 32_768) => (_idleLimit, _outputs) = (idleLimit, new(_held));

    /// <summary>Where the last window ended; -1 before the first start.</summary>
    public long Position { get; private set; } = -1;

    /// <summary>The lowest offset that is held, else the position. All of the lane below it is durable, outputs included.</summary>
    public long Durable => _held.Lowest ?? Position;

    public LaneAnswer Answer => new(Position, Durable);

    /// <summary>How many records are held.</summary>
    public int Held => _held.Count;

    /// <summary>Bytes of the keys and values of the held records.</summary>
    public long HeldBytes => _held.Bytes;

    /// <summary>How many entities wait for a flush, at most: worth a checkpoint when there are any.</summary>
    public int Touched => _touched.Count;

    /// <summary>
    /// Takes a window that begins where the last one ended, or a new start, which replaces all that is held. Records with a problem
    /// are not given to an entity: see <see cref="TakeRefused"/>.
    /// </summary>
    /// <param name="tag">Makes the tag of an entity from its key, whose bytes it may keep.</param>
    /// <returns>False: refused, nothing has changed; <see cref="Answer"/> tells the reader where to go on.</returns>
    public bool Take(Window window, Func<ReadOnlyMemory<byte>, TTag> tag)
    {
        if (window.Start is { } start)
        {
            // Delivered again, by a caller that had no answer: to begin anew would send outputs twice.
            if (start == _takenStart)
                return false;
            _takenStart = start;
            _versions = window.Versions;
            Reset(window.Begin);
        }
        else if (Position < 0 || window.Begin != Position || window.Source != _source.Id)
            return false;
        _source = new SourcePartition(window.Source, window.Topic, window.Partition);
        // A reader that is being replaced may know less.
        if (window.Versions.Newest > _versions.Newest)
            _versions = window.Versions;
        var records = RecordSlice.Of(window.Records);
        for (var i = 0; i < records.Count; i++)
        {
            var (chunk, place) = records.Locate(i);
            Hold(chunk, place, tag);
        }
        Position = window.End;
        return true;
    }

    /// <summary>Whether an entity has answered for all that the lane has of it.</summary>
    /// <param name="after">The last record that it must have applied, or <see cref="Delivery.None"/>.</param>
    public bool IsSettled(ReadOnlyMemory<byte> key, out long after)
    {
        after = Delivery.None;
        if (!_entities.TryGetValue(key, out var entity))
            return true;
        after = LastSent(entity);
        return entity.InFlight == 0 && !entity.HasUndelivered;
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

    /// <summary>Whether there may be a next delivery.</summary>
    public bool HasReady => _ready.Count > 0;

    /// <summary>The next delivery, of an entity that has something undelivered and none in flight; false when there is none.</summary>
    public bool TryTakeReady([MaybeNullWhen(false)] out LaneDelivery<TTag> delivery)
    {
        while (_ready.TryDequeue(out var entity))
        {
            entity.IsReady = false;
            if (entity.InFlight != 0 || !entity.HasUndelivered)
                continue;
            delivery = Deliver(entity);
            return true;
        }
        delivery = null;
        return false;
    }

    /// <summary>Takes in an entity's answer, and its outputs.</summary>
    /// <returns>Whether the entity has something to be delivered: records that came meanwhile, or all that it has lost.</returns>
    public bool Answered(LaneDelivery<TTag> delivery, DeliveryAnswer answer)
    {
        var entity = delivery.Entity;
        if (entity.Epoch != _epoch || entity.InFlight != delivery.Number)
            return false;
        entity.InFlight = 0;
        if (!Continues(entity, delivery.Delivery, answer))
        {
            // The memory that had answered before is gone, or is not the one that answers now: all that is not durable is
            // delivered again, for the outputs that count are those of the memory that will be written.
            DeliverAgain(entity);
            return true;
        }
        entity.Activation = answer.Activation;
        entity.Answered = entity.Sent; // nothing is sent while a delivery is in flight
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
        if (entity.Epoch != _epoch || entity.InFlight != delivery.Number)
            return;
        entity.InFlight = 0;
        entity.Sent = entity.Answered;
        MakeReady(entity);
    }

    /// <summary>
    /// Outputs to send now, each time that they have to be sent: at once, or once their record is durable. They are to be sent in
    /// this order, those of one id also one after the other.
    /// </summary>
    public void TakeOutputs(List<LaneOutput<TTag>> into) => _outputs.TakeTo(into);

    /// <summary>The broker has an output that <see cref="TakeOutputs"/> gave.</summary>
    /// <returns>False: outdated, nothing has changed.</returns>
    public bool Acknowledged(LaneOutput<TTag> output)
    {
        if (output.Entity.Epoch != _epoch || !_outputs.Acknowledge(output))
            return false;
        Release(output.Entity);
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

    /// <summary>
    /// The entity's records below this offset are durable with their outputs acknowledged, and not delivered again unless the lane
    /// starts anew: to be told to the entity, which need not keep their outputs. An output that was only acknowledged it must
    /// keep: a stale activation that is given the record may send a wrong one after it, which the right one then has to follow.
    /// </summary>
    public long ReleasedOf(LaneEntity<TTag> entity) => entity.Held == 0 ? Position : _held.OffsetOf(entity.First);

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
            if (_held.OffsetOf(entity.Answered.Previous) < answer.Durable)
                entity.Durable = entity.Answered;
            while (entity.AwaitsFlush && _held.OffsetOf(entity.Durable.Next) < answer.Durable)
                _held.Advance(ref entity.Durable);
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
        _held.Clear();
        _idle.Clear();
        _ready.Clear();
        _touched.Clear();
        Position = position;
    }

    private void Hold(EventRecord[] chunk, int place, Func<ReadOnlyMemory<byte>, TTag> tag)
    {
        ref readonly var record = ref chunk[place];
        if (record.Problem is not null)
        {
            Refuse(chunk, place);
            return;
        }
        if (!_entities.TryGetValue(record.Key, out var entity))
        {
            ReadOnlyMemory<byte> key = record.Key.ToArray();
            entity = new LaneEntity<TTag>(key, tag(key), _epoch);
            _entities.Add(key, entity);
        }
        _held.Add(entity, chunk, place);
        MakeReady(entity);
    }

    /// <summary>A record with a problem is held as if by an entity of its own that has it durably and awaits one output.</summary>
    private void Refuse(EventRecord[] chunk, int place)
    {
        var entity = new LaneEntity<TTag>(default, default!, _epoch) { IsIdle = true };
        var index = _held.Add(entity, chunk, place);
        _held.PendingOf(index) = 1;
        _held.Advance(ref entity.Durable);
        entity.Answered = entity.Sent = entity.Durable;
        _newlyRefused.Add(chunk[place]);
        _refused.Add(chunk[place].Offset, entity);
    }

    /// <summary>All that an entity has not been given, and the record that it was given before.</summary>
    private LaneDelivery<TTag> Deliver(LaneEntity<TTag> entity)
    {
        entity.InFlight = ++_deliveries;
        var delivery = new LaneDelivery<TTag>(entity, entity.InFlight, new Delivery
        {
            Source = _source.Id,
            Topic = _source.Topic,
            Partition = _source.Partition,
            After = LastSent(entity),
            Records = _held.From(entity, entity.Sent),
            Start = _start,
            Versions = _versions,
            Released = ReleasedOf(entity),
        });
        entity.Sent = new EntityPosition(entity.Held, entity.Last, EntityPosition.None);
        return delivery;
    }

    // A durable record is not named: an activation that lacks it is stale and would refuse for ever; so it takes what follows, and
    // loses its memory when it writes.
    private long LastSent(LaneEntity<TTag> entity) =>
        entity.Sent.Passed > entity.Durable.Passed ? _held.OffsetOf(entity.Sent.Previous) : Delivery.None;

    /// <summary>Whether an answer goes on from what is answered, in the memory of the same activation.</summary>
    private bool Continues(LaneEntity<TTag> entity, Delivery delivery, DeliveryAnswer answer) =>
        answer.Accepted
        && _held.OffsetOf(entity.Answered.Next) == delivery.Records[0].Offset
        && (entity.Answered.Passed == entity.Durable.Passed || entity.Activation == answer.Activation);

    private void DeliverAgain(LaneEntity<TTag> entity)
    {
        _outputs.Void(entity);
        entity.Answered = entity.Durable;
        // What is in flight stays so: its answer does not go on from here, or is the first of a new memory.
        if (entity.InFlight == 0)
            entity.Sent = entity.Answered;
        MakeReady(entity);
    }

    private void MakeReady(LaneEntity<TTag> entity)
    {
        if (entity.IsReady || entity.InFlight != 0 || !entity.HasUndelivered)
            return;
        entity.IsReady = true;
        _ready.Enqueue(entity);
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
        _held.Release(entity);
        if (entity.Held == 0 && !entity.IsIdle && !entity.InFlush)
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
        if (oldest.Held == 0 && !oldest.InFlush)
            _entities.Remove(oldest.Key);
    }
}
