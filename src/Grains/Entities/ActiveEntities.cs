using System.Collections.Concurrent;

namespace Grains.Entities;

/// <summary>The entities of this silo that can be delivered to without a call, once they have been fed. Safe from any thread.</summary>
internal sealed class ActiveEntities
{
    private readonly ConcurrentDictionary<GrainId, EntityGrain> _entities = new();

    public EntityGrain? Find(GrainId id) => _entities.GetValueOrDefault(id);

    public void Add(EntityGrain entity) => _entities[entity.GrainContext.GrainId] = entity;

    /// <summary>Another activation of the entity stays.</summary>
    public void Remove(EntityGrain entity) => _entities.TryRemove(new(entity.GrainContext.GrainId, entity));
}
