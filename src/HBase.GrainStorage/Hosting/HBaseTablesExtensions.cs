using HBase.GrainStorage.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Serialization;

namespace Orleans.Hosting;

/// <summary>How the tables of the HBase providers are created.</summary>
public static class HBaseTablesExtensions
{
    /// <summary>Configures how the HBase providers create their tables.</summary>
    public static IServiceCollection ConfigureHBaseTables(
        this IServiceCollection services, Action<HBaseTablesOptions> configure) =>
        services.AddHBaseTables().Configure(configure);

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
        services.Configure<ExceptionSerializationOptions>(AddNamespaces);
        return services;
    }

    // Without this, an answer that carries one of our exceptions to another silo or a client, itself or as the inner
    // one, cannot be sent, and the caller gets a CodecNotFoundException instead. Those of HBase.Client cannot say so
    // themselves, as that library knows no Orleans; Newtonsoft.Json is Orleans' default serializer of states.
    private static void AddNamespaces(ExceptionSerializationOptions options)
    {
        options.SupportedNamespacePrefixes.Add("HBase.Client");
        options.SupportedNamespacePrefixes.Add("HBase.GrainStorage");
        options.SupportedNamespacePrefixes.Add("Checkpointing");
        options.SupportedNamespacePrefixes.Add("Newtonsoft.Json");
    }
}
