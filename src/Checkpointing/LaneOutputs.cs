namespace Checkpointing;

/// <summary>The outputs that a lane has to send, and what becomes of those that it has sent.</summary>
internal sealed class LaneOutputs<TTag>(HeldRecords<TTag> held)
{
    private const int NoRound = -2;

    private readonly Queue<LaneOutput<TTag>> _toSend = new();

    /// <summary>Takes in an output of a record that is held and not durable.</summary>
    public void Add(LaneEntity<TTag> entity, in CausedOutput caused, bool isConfirmed)
    {
        var record = held.Find(caused.Offset);
        held.PendingOf(record)++;
        var pending = new LaneOutput<TTag>(entity, record, held.RoundOf(record), caused.Offset, caused.Output);
        if (caused.Output.WhenDurable || !isConfirmed)
            Wait(pending);
        else
            _toSend.Enqueue(pending);
    }

    /// <summary>Takes in the only output of a record that no entity gets.</summary>
    public void AddDeadLetter(LaneEntity<TTag> refused, long offset, Output output) =>
        _toSend.Enqueue(new LaneOutput<TTag>(refused, refused.First, held.RoundOf(refused.First), offset, output));

    /// <summary>Lets go the outputs that waited for these records to be durable. They will not be replaced any more.</summary>
    public void SendDurable(LaneEntity<TTag> entity, long below)
    {
        while (entity.FirstWaiting is { } pending && pending.Offset < below)
        {
            entity.FirstWaiting = pending.Next;
            pending.Next = null;
            _toSend.Enqueue(pending);
        }
        if (entity.FirstWaiting is null)
            entity.LastWaiting = null;
    }

    /// <summary>Forgets the outputs of the records that are not durable: they are awaited anew.</summary>
    public void Void(LaneEntity<TTag> entity)
    {
        for (var at = entity.Durable; at.Passed < entity.Answered.Passed; held.Advance(ref at))
            held.VoidOutputs(at.Next);
        (entity.FirstWaiting, entity.LastWaiting) = (null, null);
    }

    public void TakeTo(List<LaneOutput<TTag>> into)
    {
        while (_toSend.TryDequeue(out var pending))
        {
            if (IsAwaited(pending))
                into.Add(pending);
        }
    }

    /// <summary>The record has one output less to wait for. False: nobody waits for this one any more.</summary>
    public bool Acknowledge(LaneOutput<TTag> pending)
    {
        if (!IsAwaited(pending))
            return false;
        held.PendingOf(pending.Record)--;
        pending.Round = NoRound;
        return true;
    }

    public void Clear() => _toSend.Clear();

    private bool IsAwaited(LaneOutput<TTag> pending) => held.RoundOf(pending.Record) == pending.Round;

    private static void Wait(LaneOutput<TTag> pending)
    {
        var entity = pending.Entity;
        if (entity.LastWaiting is { } last)
            last.Next = pending;
        else
            entity.FirstWaiting = pending;
        entity.LastWaiting = pending;
    }
}
