namespace HBase.GrainStorage.Tables;

/// <summary>How tables are created. A table that exists is used as it is: none of this changes it.</summary>
public sealed class HBaseTablesOptions
{
    /// <summary>
    /// Whether a silo creates a table that is missing when it starts; if not, it waits for somebody to. Default: true.
    /// </summary>
    public bool Create { get; set; } = true;

    /// <summary>Regions of a new table of states, even splits of the 2-byte hash; 1 to 65,536. Default: 16.</summary>
    public int Regions { get; set; } = 16;

    /// <summary>
    /// How long blocks of events are kept, counted from the commit; whole seconds; null: for ever, which is the
    /// default.
    /// </summary>
    public TimeSpan? EventsTimeToLive { get; set; }

    /// <summary>How long alert changes are kept, as <see cref="EventsTimeToLive"/>.</summary>
    public TimeSpan? AlertsTimeToLive { get; set; }

    /// <summary>
    /// HBase's COMPRESSION of every family: ZSTD, LZ4, SNAPPY, .. if the region servers have the codec; null: the
    /// server's default, which is none.
    /// </summary>
    public string? Compression { get; set; }

    /// <summary>
    /// Pause between two attempts while HBase is not reachable or the table not there. Default: 5 seconds.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(5);
}
