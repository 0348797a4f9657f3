namespace Checkpointing;

/// <summary>The outputs that a lane has to send, and what becomes of those that it has sent.</summary>
internal sealed class LaneOutputs<TTag>(HeldRecords<TTag> held)
{
    private readonly Queue<LaneOutput<TTag>> _toSend = new();

    /// <summary>Takes in an output of a record that is held and not durable.</summary>
    public void Add(LaneEntity<TTag> entity, in CausedOutput caused, bool isConfirmed)
    {
        var record = held.Find(caused.Offset);
        held.PendingOf(record)++;
        var pending = new LaneOutput<TTag>(entity, record, caused.Offset, caused.Output)
        {
            Waits = caused.Output.WhenDurable || !isConfirmed,
        };
        Link(pending);
        if (!pending.Waits)
            _toSend.Enqueue(pending);
    }

    /// <summary>Takes in the only output of a record that no entity gets.</summary>
    public void AddDeadLetter(LaneEntity<TTag> refused, long offset, Output output) =>
        _toSend.Enqueue(new LaneOutput<TTag>(refused, refused.First, offset, output));

    /// <summary>Lets go the outputs that waited for these records to be durable. They will not be replaced any more.</summary>
    public void SendDurable(LaneEntity<TTag> entity, long below)
    {
        while (entity.FirstOutput is { } pending && pending.Offset < below)
        {
            Unlink(pending);
            if (pending.Waits)
                _toSend.Enqueue(pending);
        }
    }

    /// <summary>Forgets the outputs of the records that are not durable: they are awaited anew.</summary>
    public void Void(LaneEntity<TTag> entity)
    {
        for (var at = entity.Durable; at.Passed < entity.Answered.Passed; held.Advance(ref at))
            held.PendingOf(at.Next) = 0;
        while (entity.FirstOutput is { } pending)
        {
            Unlink(pending);
            pending.IsOver = true;
        }
    }

    public void TakeTo(List<LaneOutput<TTag>> into)
    {
        while (_toSend.TryDequeue(out var pending))
        {
            if (!pending.IsOver)
                into.Add(pending);
        }
    }

    /// <summary>The record has one output less to wait for. False: nobody waits for this one any more.</summary>
    public bool Acknowledge(LaneOutput<TTag> pending)
    {
        if (pending.IsOver)
            return false;
        pending.IsOver = true;
        held.PendingOf(pending.Record)--;
        Unlink(pending);
        return true;
    }

    public void Clear() => _toSend.Clear();

    private static void Link(LaneOutput<TTag> pending)
    {
        var entity = pending.Entity;
        pending.Previous = entity.LastOutput;
        if (pending.Previous is null)
            entity.FirstOutput = pending;
        else
            pending.Previous.Next = pending;
        entity.LastOutput = pending;
    }

    // Nothing happens to one that is not linked.
    private static void Unlink(LaneOutput<TTag> pending)
    {
        var entity = pending.Entity;
        if (pending.Previous is not null)
            pending.Previous.Next = pending.Next;
        else if (entity.FirstOutput == pending)
            entity.FirstOutput = pending.Next;
        if (pending.Next is not null)
            pending.Next.Previous = pending.Previous;
        else if (entity.LastOutput == pending)
            entity.LastOutput = pending.Previous;
        (pending.Previous, pending.Next) = (null, null);
    }
}
