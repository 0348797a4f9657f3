namespace Checkpointing;

/// <summary>One record of a source partition, undecoded. A value: no object is kept for each record.</summary>
[GenerateSerializer, Immutable, Alias("granary.EventRecord")]
public readonly record struct EventRecord
{
    /// <summary>Its offset in the source partition.</summary>
    [Id(0)]
    public long Offset { get; init; }

    /// <summary>The record's own time stamp, milliseconds since the Unix epoch.</summary>
    [Id(1)]
    public long Timestamp { get; init; }

    /// <summary>The entity's key, UTF-8; empty when <see cref="Problem"/> says why there is none.</summary>
    [Id(2)]
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>The payload as it came; empty for a tombstone.</summary>
    [Id(3)]
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Why no entity can take the record (no key, too large, ..); null for a good one. It becomes a dead letter.</summary>
    [Id(4)]
    public string? Problem { get; init; }

    /// <summary>The largest event time in the source partition before this record, milliseconds since the Unix epoch; 0: not known.</summary>
    [Id(5)]
    public long PartitionTime { get; init; }

    /// <summary>Bytes of key and value.</summary>
    public int Size => Key.Length + Value.Length;
}
