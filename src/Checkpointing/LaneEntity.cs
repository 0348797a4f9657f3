namespace Checkpointing;

/// <summary>One delivery under way to an entity.</summary>
public sealed class LaneDelivery<TTag>
{
    internal LaneDelivery(LaneEntity<TTag> entity, Delivery delivery)
    {
        Entity = entity;
        Delivery = delivery;
    }

    public LaneEntity<TTag> Entity { get; }

    public Delivery Delivery { get; }
}

/// <summary>What a lane holds of one entity. Its driver reads key and tag; the rest is the ledger's.</summary>
/// <remarks>
/// Of the held records, in the order of their offsets, the first <see cref="Durable"/> are durable and wait for their outputs'
/// acknowledgement; those up to <see cref="Answered"/> were answered by <see cref="Activation"/>; those up to
/// <see cref="Sent"/> were delivered and are not answered.
/// </remarks>
public sealed class LaneEntity<TTag>
{
    internal LaneEntity(ReadOnlyMemory<byte> key, TTag tag, long epoch)
    {
        Key = key;
        Tag = tag;
        Epoch = epoch;
    }

    /// <summary>The entity's key: a copy, not part of a record.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    public TTag Tag { get; }

    /// <summary>The start of the lane that it belongs to; what is answered to an entity of an earlier one is void.</summary>
    internal long Epoch { get; }

    internal Ring<HeldRecord> Records { get; } = new();

    /// <summary>Outputs of records that are not durable, in the order of their offsets; null before the first.</summary>
    internal Queue<PendingOutput<TTag>>? Outputs { get; set; }

    internal int Durable { get; set; }

    internal int Answered { get; set; }

    internal int Sent { get; set; }

    internal Guid Activation { get; set; }

    internal LaneDelivery<TTag>? InFlight { get; set; }

    internal bool InFlush { get; set; }

    internal bool IsReady { get; set; }

    internal bool IsTouched { get; set; }

    internal bool IsIdle { get; set; }

    internal bool HasUndelivered => Sent < Records.Count;

    internal bool AwaitsFlush => Durable < Answered;

    internal bool Holds(long offset) => Records.Count > 0 && Records[0].Record.Offset <= offset;

    /// <summary>All that it has not been given, and the record that it was given before.</summary>
    internal LaneDelivery<TTag> Deliver(SourcePartition source, Guid start)
    {
        var records = new EventRecord[Records.Count - Sent];
        for (var i = 0; i < records.Length; i++)
            records[i] = Records[Sent + i].Record;
        // A durable record is not named: an activation that lacks it is stale and would refuse for ever; so it takes what
        // follows, and loses its memory when it writes.
        var after = Sent > Durable ? Records[Sent - 1].Record.Offset : Delivery.None;
        Sent = Records.Count;
        return InFlight = new LaneDelivery<TTag>(this, new Delivery
        {
            Source = source.Id,
            Topic = source.Topic,
            Partition = source.Partition,
            After = after,
            Records = records,
            Start = start,
        });
    }

    /// <summary>Whether an answer goes on from what is answered, in the memory of the same activation.</summary>
    internal bool Continues(Delivery delivery, DeliveryAnswer answer) =>
        answer.Accepted
        && Records[Answered].Record.Offset == delivery.Records[0].Offset
        && (Answered == Durable || Activation == answer.Activation);

    internal ref HeldRecord Find(long offset)
    {
        int low = 0, high = Records.Count - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Records[middle].Record.Offset < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return ref Records[low];
    }
}

/// <summary>The partition that a lane is part of.</summary>
internal readonly record struct SourcePartition(string Id, string Topic, int Partition);

/// <summary>A held record, and how many of its outputs are not acknowledged.</summary>
internal record struct HeldRecord(EventRecord Record)
{
    public int Pending;
}

/// <summary>An output that a held record waits for.</summary>
internal sealed class PendingOutput<TTag>(LaneEntity<TTag> entity, long offset, Output output)
{
    public LaneEntity<TTag> Entity { get; } = entity;

    public long Offset { get; } = offset;

    public Output Output { get; } = output;

    /// <summary>Whether it is sent only when its record is durable.</summary>
    public bool Waits { get; init; }

    /// <summary>The number of its sending; 0 before.</summary>
    public long Sending { get; set; }

    /// <summary>The record is delivered again and its outputs are awaited anew.</summary>
    public bool IsVoid { get; set; }
}
