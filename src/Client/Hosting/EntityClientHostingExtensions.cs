using Client;
using Client.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds <see cref="EntityClient"/> and the Orleans client that it speaks through.</summary>
public static class EntityClientHostingExtensions
{
    /// <summary>
    /// Adds <see cref="EntityClient"/>, configured from the section <c>Client</c> and then by <paramref name="configure"/>.
    /// The host's start connects, and fails when no silo is reached within <see cref="EntityClientOptions.ConnectTimeout"/>.
    /// </summary>
    public static IHostApplicationBuilder AddEntityClient(
        this IHostApplicationBuilder builder, Action<EntityClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddEntityClient(builder.Configuration, configure);
        return builder;
    }

    /// <inheritdoc cref="AddEntityClient(IHostApplicationBuilder, Action{EntityClientOptions}?)"/>
    public static IServiceCollection AddEntityClient(
        this IServiceCollection services, IConfiguration configuration, Action<EntityClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        void Apply(EntityClientOptions options)
        {
            Bind(options, configuration.GetSection(EntityClientOptions.Section));
            configure?.Invoke(options);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<EntityClientOptions>().Configure(Apply);
        services.TryAddSingleton<EntityClient>();
        // Where gateways are found is a matter of which services there are, so it is asked before there are any.
        var early = new EntityClientOptions();
        Apply(early);
        return services.AddOrleansClient(client => Connect(client, early));
    }

    private static void Connect(IClientBuilder client, EntityClientOptions early)
    {
        var services = client.Services;
        services.AddSingleton<IConfigurationValidator, EntityClientOptionsValidator>();
        services.AddSingleton<IClientConnectionRetryFilter, ConnectionRetryFilter>();
        services.AddOptions<ClusterOptions>().Configure<IOptions<EntityClientOptions>>((cluster, options) =>
            (cluster.ClusterId, cluster.ServiceId) = (options.Value.ClusterId, options.Value.ServiceId));
        services.AddOptions<ClientMessagingOptions>().Configure<IOptions<EntityClientOptions>>((messaging, options) =>
            messaging.ResponseTimeout = Max(options.Value.CommandTimeout, TimeSpan.FromMilliseconds(1)));
        // Masters that make no sense have been reported by the time that anything is asked of them.
        if (early.HBaseMasters is { } masters)
        {
            HBaseGateways.Use(client, masters);
        }
        else
        {
            client.UseStaticClustering((OptionsBuilder<StaticGatewayListProviderOptions> gateways) => gateways
                .Configure<IOptions<EntityClientOptions>>((list, options) => list.Gateways = Resolve(options.Value)));
        }
    }

    private static List<Uri> Resolve(EntityClientOptions options) => [.. options.Gateways
        .SelectMany(text => HostAndPort.TryParse(text, out var gateway) ? gateway.Resolve() : [])
        .Select(endpoint => endpoint.ToGatewayUri())];

    /// <summary>Binding appends to a list, so configured gateways would come after the default one.</summary>
    private static void Bind(EntityClientOptions options, IConfigurationSection section)
    {
        var gateways = section.GetSection(nameof(options.Gateways));
        if (gateways.Exists())
            options.Gateways = new List<string>(gateways.Value?.Split(',', StringSplitOptions.TrimEntries) ?? []);
        section.Bind(options);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
