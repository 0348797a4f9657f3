using HBase.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Client.Hosting;

/// <summary>Finds the gateways in HBase, where the silos of a cluster enter themselves.</summary>
internal static class HBaseGateways
{
    /// <summary>The key under which clustering looks for its HBase; the application may have another one.</summary>
    private const string Clustering = "Clustering";

    public static void Use(IClientBuilder client, string masters)
    {
        client.Services.TryAddKeyedSingleton<IHBase>(Clustering, (services, _) => new HBaseClient(
            new HBaseClientOptions { Masters = masters, LoggerFactory = services.GetRequiredService<ILoggerFactory>() },
            services.GetRequiredService<TimeProvider>()));
        client.UseHBaseClustering();
    }
}
