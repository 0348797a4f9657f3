using HBase.Client.Routing;

namespace HBase.Client.Connection;

/// <summary>What every connection needs to know.</summary>
internal sealed record ConnectionSettings(string User, TimeSpan ConnectTimeout, int MaxResponseBytes, TimeProvider Time)
{
    /// <summary>Where to connect to instead.</summary>
    public IReadOnlyDictionary<ServerAddress, ServerAddress> AddressMap { get; init; } =
        new Dictionary<ServerAddress, ServerAddress>();
}
