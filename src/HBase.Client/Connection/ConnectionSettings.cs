using HBase.Client.Routing;

namespace HBase.Client.Connection;

/// <summary>What every connection needs to know.</summary>
internal sealed record ConnectionSettings(string User, TimeSpan ConnectTimeout, int MaxResponseBytes, TimeProvider Time)
{
    /// <summary>After how long without an answer a region server's next one is believed only if the master vouches for it.</summary>
    public TimeSpan MaxSilence { get; init; }

    /// <summary>Where to connect to instead.</summary>
    public IReadOnlyDictionary<ServerAddress, ServerAddress> AddressMap { get; init; } =
        new Dictionary<ServerAddress, ServerAddress>();
}
