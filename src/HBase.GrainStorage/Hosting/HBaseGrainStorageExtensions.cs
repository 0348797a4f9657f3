using HBase.GrainStorage.Hosting;
using HBase.GrainStorage.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Orleans.Hosting;

/// <summary>
/// Adds grain storage on HBase. An <c>IHBase</c> must be registered, under the provider's name or without one.
/// </summary>
public static class HBaseGrainStorageExtensions
{
    /// <summary>Adds the default grain storage.</summary>
    public static ISiloBuilder AddHBaseGrainStorageAsDefault(
        this ISiloBuilder builder, Action<HBaseGrainStorageOptions>? configure = null) =>
        builder.AddHBaseGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);

    /// <summary>Adds grain storage of that name.</summary>
    public static ISiloBuilder AddHBaseGrainStorage(
        this ISiloBuilder builder, string name, Action<HBaseGrainStorageOptions>? configure = null)
    {
        builder.Services.AddHBaseGrainStorage(name, options => Configure(options, configure));
        return builder;
    }

    /// <summary>Adds the default grain storage.</summary>
    public static ISiloBuilder AddHBaseGrainStorageAsDefault(
        this ISiloBuilder builder, Action<OptionsBuilder<HBaseGrainStorageOptions>> configure) =>
        builder.AddHBaseGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);

    /// <summary>Adds grain storage of that name.</summary>
    public static ISiloBuilder AddHBaseGrainStorage(
        this ISiloBuilder builder, string name, Action<OptionsBuilder<HBaseGrainStorageOptions>> configure)
    {
        builder.Services.AddHBaseGrainStorage(name, configure);
        return builder;
    }

    /// <summary>Adds grain storage of that name.</summary>
    public static IServiceCollection AddHBaseGrainStorage(
        this IServiceCollection services, string name, Action<OptionsBuilder<HBaseGrainStorageOptions>> configure)
    {
        services.AddHBaseTables();
        configure(services.AddOptions<HBaseGrainStorageOptions>(name));
        services.AddTransient<IConfigurationValidator>(provider =>
            new HBaseGrainStorageOptionsValidator(provider, Options(provider, name), name));
        services.AddTransient<IPostConfigureOptions<HBaseGrainStorageOptions>,
            DefaultStorageProviderSerializerOptionsConfigurator<HBaseGrainStorageOptions>>();
        services.ConfigureNamedOptionForLogging<HBaseGrainStorageOptions>(name);
        return services.AddGrainStorage(name, (provider, key) => ActivatorUtilities.CreateInstance<HBaseGrainStorage>(
            provider, key, Options(provider, key), provider.GetHBase(key)));
    }

    private static void Configure(
        OptionsBuilder<HBaseGrainStorageOptions> options, Action<HBaseGrainStorageOptions>? configure)
    {
        if (configure is not null) options.Configure(configure);
    }

    private static HBaseGrainStorageOptions Options(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<HBaseGrainStorageOptions>>().Get(name);
}
