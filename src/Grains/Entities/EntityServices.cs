using Checkpointing;
using Grains.Ingest;
using Grains.Kinds;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Grains.Entities;

/// <summary>What every entity's base class needs, resolved once a silo instead of once an activation.</summary>
internal sealed class EntityServices(
    IEntityStore store, IOutputs outputs, KindBindings kinds, RuleVersions rules, LaneStarts starts, ActiveEntities active, TimeProvider time,
    IOptions<GrainCollectionOptions> collection, ILogger<EntityGrain> logger)
{
    private static readonly TimeSpan MaxUncalledAtMost = TimeSpan.FromMinutes(2);

    public IEntityStore Store { get; } = store;

    public IOutputs Outputs { get; } = outputs;

    public KindBindings Kinds { get; } = kinds;

    public RuleVersions Rules { get; } = rules;

    public LaneStarts Starts { get; } = starts;

    public ActiveEntities Active { get; } = active;

    public TimeProvider Time { get; } = time;

    /// <summary>
    /// For how long an entity may be flushed without a call. Orleans has one go that nobody calls; and a call finds out whether it
    /// is still the activation that others reach.
    /// </summary>
    public TimeSpan MaxUncalled { get; } =
        collection.Value.CollectionAge / 4 < MaxUncalledAtMost ? collection.Value.CollectionAge / 4 : MaxUncalledAtMost;

    public ILogger Logger { get; } = logger;
}
