namespace Checkpointing;

/// <summary>What a lane delivers to one entity: its records of one window, or what it must get again.</summary>
[GenerateSerializer, Immutable, Alias("granary.Delivery")]
public sealed class Delivery
{
    /// <summary><see cref="After"/> when the lane holds nothing that it delivered to the entity before.</summary>
    public const long None = -1;

    [Id(0)]
    public required string Source { get; init; }

    [Id(1)]
    public required string Topic { get; init; }

    [Id(2)]
    public required int Partition { get; init; }

    /// <summary>The offset of the record that the lane delivered to the entity before these, or <see cref="None"/>.</summary>
    [Id(3)]
    public required long After { get; init; }

    /// <summary>In the order of their offsets.</summary>
    [Id(4)]
    public required IReadOnlyList<EventRecord> Records { get; init; }

    /// <summary>Which start the lane took last: fresh for each. See <see cref="DeliveryAnswer.IsConfirmed"/>.</summary>
    [Id(5)]
    public Guid Start { get; init; }

    /// <summary>The versions of the records.</summary>
    [Id(6)]
    public VersionStarts Versions { get; init; } = VersionStarts.None;

    /// <summary>See <see cref="LaneLedger{TTag}.ReleasedOf"/>.</summary>
    [Id(7)]
    public long Released { get; init; }
}

/// <summary>An entity's answer to a delivery.</summary>
[GenerateSerializer, Immutable, Alias("granary.DeliveryAnswer")]
public sealed class DeliveryAnswer
{
    /// <summary>The activation that answers; its memory is gone when another one answers.</summary>
    [Id(0)]
    public required Guid Activation { get; init; }

    /// <summary>False: the entity has lost memory, changed nothing, and wants all from <see cref="Applied"/> again.</summary>
    [Id(1)]
    public required bool Accepted { get; init; }

    /// <summary>The offset of the first record of the source that the entity has not applied.</summary>
    [Id(2)]
    public required long Applied { get; init; }

    /// <summary>Outputs of the delivered records, also of those applied before whose outputs are still in the outbox.</summary>
    [Id(3)]
    public required IReadOnlyList<CausedOutput> Outputs { get; init; }

    /// <summary>
    /// Whether the activation knows that nobody has written the row beside it before the lane's start: it has written or read
    /// the row since. If not, it may be a stale one that is given records which are durable, and whose right outputs are
    /// acknowledged and forgotten, so nothing would correct what it sends: its outputs wait until they are durable.
    /// </summary>
    [Id(4)]
    public bool IsConfirmed { get; init; }

    /// <summary>The entity's next timers.</summary>
    [Id(5)]
    public DueTimes Due { get; init; } = DueTimes.None;
}

/// <summary>An output and the offset of the record that caused it.</summary>
[GenerateSerializer, Immutable, Alias("granary.CausedOutput")]
public readonly record struct CausedOutput([property: Id(0)] long Offset, [property: Id(1)] Output Output);

/// <summary>An entity's answer to a flush.</summary>
/// <param name="Activation">The activation that answers.</param>
/// <param name="Durable">The offset of the first record of the source that is not durably applied.</param>
[GenerateSerializer, Immutable, Alias("granary.FlushAnswer")]
public readonly record struct FlushAnswer([property: Id(0)] Guid Activation, [property: Id(1)] long Durable);
