using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;

namespace HBase.GrainStorage.Clustering;

/// <summary>The gateways of a cluster for its clients: the active members with a gateway port.</summary>
internal sealed class HBaseGatewayListProvider(ClusterRow cluster, IOptions<GatewayOptions> options)
    : IGatewayListProvider
{
    public TimeSpan MaxStaleness => options.Value.GatewayListRefreshPeriod;

    bool IGatewayListProvider.IsUpdatable => true;

    public Task InitializeGatewayListProviderAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public async Task<IList<Uri>> GetGatewaysAsync(CancellationToken cancellationToken = default)
    {
        MembershipRow row;
        try
        {
            row = await cluster.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (HBaseTableNotFoundException)
        {
            return []; // no silo has ever started
        }

        return [.. row.All().Select(member => member.Item1)
            .Where(entry => entry is { Status: SiloStatus.Active, ProxyPort: not 0 })
            .Select(Gateway)];
    }

    Task IGatewayListProvider.InitializeGatewayListProvider() => InitializeGatewayListProviderAsync();

    Task<IList<Uri>> IGatewayListProvider.GetGateways() => GetGatewaysAsync();

    private static Uri Gateway(MembershipEntry entry) => SiloAddress
        .New(entry.SiloAddress.Endpoint.Address, entry.ProxyPort, entry.SiloAddress.Generation).ToGatewayUri();
}
