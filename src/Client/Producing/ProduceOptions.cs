namespace Client.Producing;

/// <summary>How events are gathered into batches.</summary>
public sealed record ProduceOptions
{
    /// <summary>The most events in a batch. Default 8,192.</summary>
    public int BatchEvents { get; init; } = 8192;

    /// <summary>
    /// The most bytes of keys and values in a batch, unless one event alone is larger. Default 1 MB: the embedded broker lets
    /// 2 MB of a partition be unread.
    /// </summary>
    public int BatchBytes { get; init; } = 1 << 20;

    /// <summary>
    /// Whether a batch is sent again when its outcome is unknown (no answer, silo gone). Its events may then be twice on the
    /// topic. Default false.
    /// </summary>
    public bool RepeatUnknown { get; init; }
}
