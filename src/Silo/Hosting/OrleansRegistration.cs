using System.Net;
using Checkpointing;
using Grains.Entities;
using Orleans.Configuration;
using Silo.Configuration;
using Silo.Console;

namespace Silo.Hosting;

internal static class OrleansRegistration
{
    public static WebApplicationBuilder AddOrleansSilo(this WebApplicationBuilder builder)
    {
        var silo = builder.Read<SiloSettings>("Silo");
        var hbase = builder.Read<HBaseSettings>("HBase");
        builder.Host.UseOrleans(orleans =>
        {
            UseClustering(orleans, silo, hbase);
            orleans.ConfigureHBaseTables(tables => tables.Regions = hbase.Regions);
            orleans.AddHBaseEntityStore(store => store.TableName = hbase.EntitiesTable);
            orleans.AddHBaseVersionStore(hbase.RulesTable ?? hbase.EntitiesTable + "_rules");
            orleans.AddKafkaStreams(KafkaRegistration.Provider, _ => { });
            orleans.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = TimeSpan.FromMinutes(30));
        });
        builder.Services.ShowAlerts();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(45));
        return builder;
    }

    private static void UseClustering(ISiloBuilder orleans, SiloSettings silo, HBaseSettings hbase)
    {
        var clustering = silo.Clustering ?? (hbase.Masters is { Length: > 0 } ? "HBase" : "Localhost");
        if (clustering.Equals("Localhost", StringComparison.OrdinalIgnoreCase))
        {
            orleans.UseLocalhostClustering(silo.SiloPort, silo.GatewayPort, null, silo.ServiceId, silo.ClusterId);
            return;
        }

        if (!clustering.Equals("HBase", StringComparison.OrdinalIgnoreCase))
            throw new SettingsException($"Silo:Clustering is '{silo.Clustering}'; it must be HBase or Localhost.");
        if (!IPAddress.TryParse(silo.Address, out var address))
            throw new SettingsException($"Silo:Address is '{silo.Address}'; it must be an IP address that others reach this silo at.");
        orleans.UseHBaseClustering();
        orleans.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (silo.ClusterId, silo.ServiceId));
        orleans.ConfigureEndpoints(address, silo.SiloPort, silo.GatewayPort, listenOnAnyHostAddress: true);
    }

    /// <summary>Outputs pass the console on their way to the broker.</summary>
    private static void ShowAlerts(this IServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IOutputs));
        services.Remove(inner);
        services.AddSingleton<IOutputs>(provider => ActivatorUtilities.CreateInstance<AlertPrinter>(
            provider, (IOutputs)inner.ImplementationFactory!(provider), provider.GetRequiredService<KindBindings>()));
    }
}
