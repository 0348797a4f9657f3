using HBase.Client.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HBase.Client.Connection;

/// <summary>What every connection needs to know.</summary>
internal sealed record ConnectionSettings(string User, TimeSpan ConnectTimeout, int MaxResponseBytes, TimeProvider Time)
{
    /// <summary>After how long without an answer a region server's next one is believed only if the master vouches for it.</summary>
    public TimeSpan MaxSilence { get; init; }

    /// <summary>Null: plain TCP.</summary>
    public HBaseTlsOptions? Tls { get; init; }

    /// <summary>Null: servers believe the user's name.</summary>
    public HBaseKerberosOptions? Kerberos { get; init; }

    public HBaseCompression Compression { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Told to servers with each connection.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Where to connect to instead.</summary>
    public IReadOnlyDictionary<ServerAddress, ServerAddress> AddressMap { get; init; } =
        new Dictionary<ServerAddress, ServerAddress>();
}
