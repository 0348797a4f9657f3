using HBase.GrainStorage.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Orleans.Hosting;

/// <summary>How the tables of the HBase providers are created.</summary>
public static class HBaseTablesExtensions
{
    /// <summary>Configures how the HBase providers create their tables.</summary>
    public static IServiceCollection ConfigureHBaseTables(
        this IServiceCollection services, Action<HBaseTablesOptions> configure) => services.AddHBaseTables().Configure(configure);

    /// <inheritdoc cref="ConfigureHBaseTables(IServiceCollection, Action{HBaseTablesOptions})"/>
    public static ISiloBuilder ConfigureHBaseTables(this ISiloBuilder builder, Action<HBaseTablesOptions> configure)
    {
        builder.Services.ConfigureHBaseTables(configure);
        return builder;
    }

    internal static IServiceCollection AddHBaseTables(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HBaseTables>();
        services.TryAddEnumerable(ServiceDescriptor.Transient<IConfigurationValidator, HBaseTablesOptionsValidator>());
        services.AddOptions<HBaseTablesOptions>();
        return services;
    }
}
