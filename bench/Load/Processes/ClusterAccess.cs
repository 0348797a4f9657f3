using Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Load.Processes;

/// <summary>A connection to the silos through the client library.</summary>
internal sealed class ClusterAccess : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterAccess(IHost host)
    {
        _host = host;
        Entities = host.Services.GetRequiredService<EntityClient>();
        Grains = host.Services.GetRequiredService<IClusterClient>();
    }

    public EntityClient Entities { get; }

    public IGrainFactory Grains { get; }

    /// <param name="gateways">Where silos listen for clients; none: the library finds them in HBase.</param>
    public static async Task<ClusterAccess> ConnectAsync(
        string masters, IReadOnlyList<string> gateways, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole();
        builder.AddEntityClient(options =>
        {
            if (gateways.Count > 0)
                options.Gateways = [.. gateways];
            else
                options.HBaseMasters = masters;
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return new(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
