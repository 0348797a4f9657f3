namespace HBase.Client;

/// <summary>How the cells of calls and answers are compressed; a server that does not know it refuses the connection.</summary>
public enum HBaseCompression
{
    None,

    /// <summary>Fast, and worth it where the network is the limit.</summary>
    Snappy,

    /// <summary>Smaller, for several times the processor time.</summary>
    Gzip,
}
