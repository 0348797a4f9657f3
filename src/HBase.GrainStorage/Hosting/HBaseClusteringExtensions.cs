using HBase.GrainStorage.Clustering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Messaging;

namespace Orleans.Hosting;

/// <summary>
/// Clustering on HBase. An <c>IHBase</c> must be registered, under the key <c>Clustering</c> or without one.
/// </summary>
public static class HBaseClusteringExtensions
{
    /// <summary>Keeps the cluster's members in HBase; the silo creates the table when it starts.</summary>
    public static ISiloBuilder UseHBaseClustering(
        this ISiloBuilder builder, Action<HBaseClusteringOptions>? configure = null)
    {
        AddClusterRow(builder.Services, configure);
        builder.Services.AddHBaseTables();
        builder.Services.AddSingleton<IMembershipTable, HBaseMembershipTable>();
        return builder;
    }

    /// <summary>Finds the cluster's gateways in HBase.</summary>
    public static IClientBuilder UseHBaseClustering(
        this IClientBuilder builder, Action<HBaseClusteringOptions>? configure = null)
    {
        AddClusterRow(builder.Services, configure);
        builder.Services.AddSingleton<IGatewayListProvider, HBaseGatewayListProvider>();
        return builder;
    }

    private static void AddClusterRow(IServiceCollection services, Action<HBaseClusteringOptions>? configure)
    {
        services.AddOptions<HBaseClusteringOptions>().Configure(configure ?? (static _ => { }));
        services.TryAddSingleton<ClusterRow>();
        services.TryAddEnumerable(
            ServiceDescriptor.Transient<IConfigurationValidator, HBaseClusteringOptionsValidator>());
    }
}
