namespace Checkpointing;

/// <summary>One delivery under way to an entity.</summary>
public sealed class LaneDelivery<TTag>
{
    internal LaneDelivery(LaneEntity<TTag> entity, long number, Delivery delivery)
    {
        Entity = entity;
        Number = number;
        Delivery = delivery;
    }

    public LaneEntity<TTag> Entity { get; }

    public Delivery Delivery { get; }

    internal long Number { get; }
}

/// <summary>What a lane holds of one entity. Its driver reads key and tag; the rest is the ledger's.</summary>
/// <remarks>
/// Of the held records, in the order of their offsets, those before <see cref="Durable"/> are durable and wait for their
/// outputs' acknowledgement; those up to <see cref="Answered"/> were answered by <see cref="Activation"/>; those up to
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

    /// <summary>How many of its records are held.</summary>
    internal int Held;

    /// <summary>The first and the last held record, if there is one.</summary>
    internal long First;

    internal long Last;

    internal EntityPosition Durable = EntityPosition.Start;

    internal EntityPosition Answered = EntityPosition.Start;

    internal EntityPosition Sent = EntityPosition.Start;

    /// <summary>The first and the last output that waits until its record is durable.</summary>
    internal LaneOutput<TTag>? FirstWaiting { get; set; }

    internal LaneOutput<TTag>? LastWaiting { get; set; }

    internal Guid Activation { get; set; }

    /// <summary>The number of the delivery under way; 0: none.</summary>
    internal long InFlight { get; set; }

    internal bool InFlush { get; set; }

    internal bool IsReady { get; set; }

    internal bool IsTouched { get; set; }

    internal bool IsIdle { get; set; }

    internal bool HasUndelivered => Sent.Passed < Held;

    internal bool AwaitsFlush => Durable.Passed < Answered.Passed;
}

/// <summary>A place between two of an entity's held records: indexes of <see cref="HeldRecords{TTag}"/>.</summary>
/// <param name="Passed">How many of the entity's held records lie before it.</param>
/// <param name="Previous">The last of them; outdated when there is none.</param>
/// <param name="Next">The first behind it; <see cref="None"/> while there is none.</param>
internal record struct EntityPosition(int Passed, long Previous, long Next)
{
    public const long None = -1;

    public static readonly EntityPosition Start = new(0, None, None);
}

/// <summary>The partition that a lane is part of.</summary>
internal readonly record struct SourcePartition(string Id, string Topic, int Partition);

/// <summary>
/// An output that a held record waits for, on its one way to the broker: when the record is delivered again, its outputs are others,
/// even if they are the same. An entity does not know of it, unless it waits: an old object that is given a new one with each record is what
/// the collector takes longest to look through.
/// </summary>
public sealed class LaneOutput<TTag>
{
    internal LaneOutput(LaneEntity<TTag> entity, long record, int round, long offset, Output output)
    {
        Entity = entity;
        Record = record;
        Round = round;
        Offset = offset;
        Output = output;
    }

    /// <summary>Of the record that has caused it.</summary>
    public long Offset { get; }

    public Output Output { get; }

    internal LaneEntity<TTag> Entity { get; }

    /// <summary>The index of the held record.</summary>
    internal long Record { get; }

    /// <summary>The record's round that it is of, see <see cref="HeldRecords{TTag}.RoundOf"/>; none once it is acknowledged.</summary>
    internal int Round { get; set; }

    /// <summary>The entity's next output that waits.</summary>
    internal LaneOutput<TTag>? Next { get; set; }
}
