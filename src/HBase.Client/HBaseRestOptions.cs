namespace HBase.Client;

/// <summary>How to reach a cluster through its REST gateways.</summary>
public sealed class HBaseRestOptions
{
    /// <summary>
    /// The gateways, <c>http[s]://host:port[/path/]</c>; when one does not answer the next one is asked. Required.
    /// </summary>
    public IReadOnlyList<string> Gateways { get; set; } = [];

    /// <summary>The user of HTTP's basic authentication; use it with https. Default: null, none.</summary>
    public string? User { get; set; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// What https accepts and presents; <see cref="HBaseTlsOptions.TargetHost"/> does not count, the gateway's host does. Read
    /// once. Default: null, the system's authorities and no client certificate.
    /// </summary>
    public HBaseTlsOptions? Tls { get; set; }

    /// <summary>How long a call may take before its outcome counts as unknown. Default 10 s.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an operation is tried again after errors that pass. Default 30 s.</summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long creating or deleting a table may take. Default 2 min.</summary>
    public TimeSpan AdminTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long opening a connection may take. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Cells that a call of a scan brings at most; the gateway holds them in memory. Default 500.</summary>
    public int MaxScanCells { get; set; } = 500;

    /// <summary>Bytes of one call with puts, approximately, at most; a larger put goes alone. Default 2 MB.</summary>
    public int MaxBatchBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>Bytes of one answer at most. Default 256 MB.</summary>
    public int MaxResponseBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>The first pause before trying again; doubles, with full jitter. Default 20 ms.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest pause before trying again. Default 1 s.</summary>
    public TimeSpan MaxRetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Everything that is wrong with these options; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (Gateways.Count == 0) errors.Add("Gateways must name one at least.");
        foreach (var gateway in Gateways)
        {
            if (!Uri.TryCreate(gateway, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query != "")
                errors.Add($"Gateways: '{gateway}' must be http[s]://host:port[/path/].");
        }

        if (User is null != Password is null) errors.Add("User and Password go together.");
        if (User?.Contains(':', StringComparison.Ordinal) == true) errors.Add("User must not have a colon.");
        if (Tls is not null) errors.AddRange(Tls.Validate());
        Positive(CallTimeout > TimeSpan.Zero, nameof(CallTimeout));
        Positive(OperationTimeout > TimeSpan.Zero, nameof(OperationTimeout));
        Positive(AdminTimeout > TimeSpan.Zero, nameof(AdminTimeout));
        Positive(ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout));
        Positive(MaxScanCells > 0, nameof(MaxScanCells));
        Positive(MaxBatchBytes > 0, nameof(MaxBatchBytes));
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
