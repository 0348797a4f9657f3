namespace Grains.Ingest;

/// <summary>How lanes checkpoint. Configuration section <c>Checkpoints</c>.</summary>
public sealed class IngestOptions
{
    /// <summary>A lane that has had no window for so long checkpoints; default 1 s; zero: after each window.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Time from one checkpoint to the next of a lane that windows keep coming to; default 5 s. Fewer checkpoints write an
    /// entity's row less often; outputs that wait until they are durable wait for the checkpoint.
    /// </summary>
    public TimeSpan BusyCheckpointInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// What <see cref="BusyCheckpointInterval"/> may be stretched to while checkpoints take more than a quarter of the time;
    /// default 10 s.
    /// </summary>
    public TimeSpan MaxCheckpointInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A lane that holds more than so many bytes of records checkpoints at once; default 4 MiB.</summary>
    public long MaxHeldBytes { get; set; } = 4 << 20;

    /// <summary>A lane that holds more than so many records checkpoints at once; default 32,768.</summary>
    public int MaxHeldRecords { get; set; } = 32_768;

    /// <summary>Deliveries of one lane that are under way at once; default 32.</summary>
    public int MaxConcurrentDeliveries { get; set; } = 32;

    /// <summary>Lanes of one silo that deliver or flush at the same moment; default: one for each processor.</summary>
    public int MaxWorkingLanes { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// A window whose delivery takes longer makes room for the lane's next one, and goes on beside it; default 5 s. To be well
    /// below Orleans' response time-out.
    /// </summary>
    public TimeSpan MaxWindowDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Flushes of one lane that are under way at once; default 128.</summary>
    public int MaxConcurrentFlushes { get; set; } = 128;
}
