using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HBase.Client;

/// <summary>How to reach and to load a cluster.</summary>
public sealed class HBaseClientOptions
{
    /// <summary>The masters, <c>host:port,host:port</c>; any that answers is enough. Required.</summary>
    public string Masters { get; set; } = "";

    /// <summary>
    /// The user that the servers are told, and believe. Default: the process's user. With <see cref="Kerberos"/> the ticket
    /// says who it is.
    /// </summary>
    public string User { get; set; } = Environment.UserName;

    /// <summary>TLS to every server. Default: null, plain TCP.</summary>
    public HBaseTlsOptions? Tls { get; set; }

    /// <summary>Kerberos with every server. Default: null, none: the servers believe <see cref="User"/>.</summary>
    public HBaseKerberosOptions? Kerberos { get; set; }

    /// <summary>How cells are compressed in calls and answers. Default: not at all.</summary>
    public HBaseCompression Compression { get; set; }

    /// <summary>Told to servers with each connection (2.6), for their logs and plug-ins. Default: empty.</summary>
    public IReadOnlyDictionary<string, string> ConnectionAttributes { get; set; } = new Dictionary<string, string>();

    /// <summary>
    /// Where to reach servers instead of where they say they are, both as <c>host:port</c>: for containers and tunnels.
    /// Default: empty.
    /// </summary>
    public IReadOnlyDictionary<string, string> AddressMap { get; set; } = new Dictionary<string, string>();

    /// <summary>How long a call to a server may take before its outcome counts as unknown. Default 10 s.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A region server that has calls to answer and was silent for longer may have been declared dead meanwhile: its next answer
    /// is believed only if the master counts it among the living. To be below the cluster's
    /// <c>zookeeper.session.timeout</c>. Default 3 s.
    /// </summary>
    public TimeSpan MaxSilence { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long an operation is tried again after errors that pass. Checked between calls, so an operation
    /// can take one <see cref="CallTimeout"/> longer. Default 30 s.
    /// </summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call of <see cref="IHBaseAdmin"/> may take, with its procedure. Default 2 min.</summary>
    public TimeSpan AdminTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long opening a connection may take. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Calls under way at once to one server, each of reads, writes and group commits. Default 4.</summary>
    public int MaxInFlightBatchesPerServer { get; set; } = 4;

    /// <summary>Operations in one call at most. Default 4000; servers warn above 5000.</summary>
    public int MaxBatchActions { get; set; } = 4000;

    /// <summary>Bytes of one call, approximately, at most; a larger operation goes alone. Default 2 MB.</summary>
    public int MaxBatchBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>
    /// Bytes of all operations that wait or are under way, approximately, at most; callers wait above it. Default 64 MB.
    /// </summary>
    public long MaxQueuedBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Bytes of one answer at most; a larger one closes the connection. Default 256 MB.</summary>
    public int MaxResponseBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>The first pause before trying again; doubles, with full jitter. Default 20 ms.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest pause before trying again. Default 1 s.</summary>
    public TimeSpan MaxRetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Where retries, relocations and connections are logged. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Everything that is wrong with these options; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (!Routing.ServerAddress.TryParseList(Masters, out _)) errors.Add("Masters must be host:port,host:port.");
        foreach (var (from, to) in AddressMap)
        {
            if (!Routing.ServerAddress.TryParse(from, out _) || !Routing.ServerAddress.TryParse(to, out _))
                errors.Add($"AddressMap: {from} and {to} must be host:port.");
        }

        if (Kerberos is null && string.IsNullOrWhiteSpace(User)) errors.Add("User must not be empty without Kerberos.");
        if (Tls is not null) errors.AddRange(Tls.Validate());
        if (Kerberos is not null) errors.AddRange(Kerberos.Validate());
        if (!Enum.IsDefined(Compression)) errors.Add($"Compression: {Compression} is none.");
        Positive(CallTimeout > TimeSpan.Zero, nameof(CallTimeout));
        Positive(MaxSilence > TimeSpan.Zero, nameof(MaxSilence));
        Positive(OperationTimeout > TimeSpan.Zero, nameof(OperationTimeout));
        Positive(AdminTimeout > TimeSpan.Zero, nameof(AdminTimeout));
        Positive(ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout));
        Positive(MaxInFlightBatchesPerServer > 0, nameof(MaxInFlightBatchesPerServer));
        Positive(MaxBatchActions > 0, nameof(MaxBatchActions));
        Positive(MaxBatchBytes > 0, nameof(MaxBatchBytes));
        Positive(MaxQueuedBytes > 0, nameof(MaxQueuedBytes));
        Positive(MaxResponseBytes > 0, nameof(MaxResponseBytes));
        Positive(RetryPause > TimeSpan.Zero, nameof(RetryPause));
        Positive(MaxRetryPause >= RetryPause, nameof(MaxRetryPause));
        return errors;

        void Positive(bool holds, string name)
        {
            if (!holds) errors.Add($"{name} is too small.");
        }
    }
}
