namespace HBase.Embedded;

/// <summary>Where and how the embedded store keeps its tables.</summary>
public sealed class EmbeddedHBaseOptions
{
    /// <summary>The directory of the store; made when absent. One process at a time may have it open.</summary>
    public required string Path { get; set; }

    /// <summary>Calls that may wait for the writer; the next ones wait asynchronously for a place. Default
    /// 16,384.</summary>
    public int QueueLength { get; set; } = 16_384;

    /// <summary>Calls that share one synced write at most. Default 4,096.</summary>
    public int MaxGroupCalls { get; set; } = 4_096;

    /// <summary>Bytes at which a group takes no further call. Default 8 MiB.</summary>
    public int MaxGroupBytes { get; set; } = 8 << 20;

    /// <summary>Bytes of memory for blocks read from disk. Default 64 MiB.</summary>
    public long BlockCacheBytes { get; set; } = 64L << 20;

    /// <summary>
    /// How long a delete goes on masking older puts that arrive after it: what the period of major compactions is in
    /// HBase, and its default, 7 days. Older ones are forgotten when the store is opened.
    /// </summary>
    public TimeSpan TombstoneRetention { get; set; } = TimeSpan.FromDays(7);

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Path);
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxGroupCalls, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxGroupBytes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(BlockCacheBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(TombstoneRetention, TimeSpan.Zero);
    }
}
