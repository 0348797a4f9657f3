using Checkpointing;
using Grains.Ingest;
using Grains.Kinds;
using Grains.Timers;
using Microsoft.Extensions.DependencyInjection;

namespace Grains.Entities;

/// <summary>Adds entities to a silo.</summary>
public static class EntityServiceCollectionExtensions
{
    /// <summary>
    /// Adds the configured kinds and every grain class with <see cref="EntityAttribute"/>. An entity store, outputs and lane
    /// readers must be registered too.
    /// </summary>
    public static IServiceCollection AddEntities(this IServiceCollection services, KindCatalog configured) => services
        .AddSingleton(configured)
        .AddSingleton<RuleVersions>()
        .AddSingleton<IRecordVersions>(provider => provider.GetRequiredService<RuleVersions>())
        .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<RuleVersions>())
        .AddSingleton<KindBindings>()
        .AddSingleton<LaneStarts>()
        .AddSingleton<DueInbox>()
        .AddSingleton<TimerScan>()
        .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<TimerScan>())
        .AddSingleton<EntityServices>();
}
