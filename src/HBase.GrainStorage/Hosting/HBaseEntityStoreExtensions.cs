using HBase.GrainStorage.Entities;
using HBase.GrainStorage.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Orleans.Hosting;

/// <summary>Adds the store of entities on HBase. An <c>IHBase</c> must be registered.</summary>
public static class HBaseEntityStoreExtensions
{
    /// <summary>Adds the <see cref="IEntityStore"/>, and creates its table when the silo starts.</summary>
    public static ISiloBuilder AddHBaseEntityStore(
        this ISiloBuilder builder, Action<HBaseEntityStoreOptions>? configure = null)
    {
        builder.Services.AddHBaseEntityStore(configure);
        return builder;
    }

    /// <summary>Adds the <see cref="IEntityStore"/>; outside a silo its table must exist.</summary>
    public static IServiceCollection AddHBaseEntityStore(
        this IServiceCollection services, Action<HBaseEntityStoreOptions>? configure = null)
    {
        services.AddHBaseTables();
        services.AddOptions<HBaseEntityStoreOptions>().Configure(configure ?? (static _ => { }));
        services.TryAddEnumerable(
            ServiceDescriptor.Transient<IConfigurationValidator, HBaseEntityStoreOptionsValidator>());
        services.TryAddSingleton<IEntityStore>(provider => new HBaseEntityStore(
            provider.GetHBase(HBaseEntityTable.ServiceKey)
                .GetTable(provider.GetRequiredService<IOptions<HBaseEntityStoreOptions>>().Value.TableName),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, HBaseEntityTable>());
        return services;
    }
}
