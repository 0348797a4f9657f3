using Checkpointing;
using Grains.Alerts;
using Grains.Ingest;
using Grains.Kinds;
using Grains.Timers;
using Microsoft.Extensions.DependencyInjection;
using Rules.Coded;

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
        .AddSingleton<RuleFailures>()
        .AddSingleton<LaneStarts>()
        .AddSingleton<LaneTurns>()
        .AddSingleton<DueInbox>()
        .AddSingleton<TimerScan>()
        .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<TimerScan>())
        .AddSingleton<VersionScan>()
        .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<VersionScan>())
        .AddSingleton<ActiveEntities>()
        .AddSingleton<EntityServices>();

    /// <summary>Adds a rule in C# for the entities of a configured kind; <see cref="KindCatalog.Load"/> takes it from here.</summary>
    public static IServiceCollection AddRule<T>(this IServiceCollection services, string kind)
        where T : CodedRule, new() =>
        services.AddSingleton(new KindRule(kind, new T()));
}
