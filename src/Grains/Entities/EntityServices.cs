using Checkpointing;
using Grains.Ingest;
using Grains.Kinds;
using Microsoft.Extensions.Logging;

namespace Grains.Entities;

/// <summary>What every entity's base class needs, resolved once a silo instead of once an activation.</summary>
internal sealed class EntityServices(
    IEntityStore store, IOutputs outputs, KindBindings kinds, RuleVersions rules, LaneStarts starts, ActiveEntities active, TimeProvider time,
    ILogger<EntityGrain> logger)
{
    public IEntityStore Store { get; } = store;

    public IOutputs Outputs { get; } = outputs;

    public KindBindings Kinds { get; } = kinds;

    public RuleVersions Rules { get; } = rules;

    public LaneStarts Starts { get; } = starts;

    public ActiveEntities Active { get; } = active;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;
}
