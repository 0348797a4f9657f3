using Checkpointing;
using Grains.Interfaces;
using Orleans.Concurrency;

namespace Grains.Entities;

/// <summary>Looks through the keys of what entities have written.</summary>
[StatelessWorker]
public sealed class EntitySearchGrain(IEntityStore store, KindBindings kinds, TimeProvider time) : Grain, IEntitySearch
{
    // A page ends then, full or not: well below the time that a call may take.
    private static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(5);

    public async ValueTask<EntityPage> FindAsync(EntityQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Limit is < 1 or > 1000) throw new ArgumentException($"Limit is {query.Limit}: expected 1 to 1000.", nameof(query));
        if (kinds.Find(query.Kind) is null) throw kinds.Unknown(query.Kind);
        var started = time.GetTimestamp();
        var found = new List<string>();
        EntityId? last = query.After is { } key ? new EntityId(query.Kind, key) : null;
        await foreach (var entity in store.FindEntitiesAsync(query.Kind, last))
        {
            if (entity.Key.StartsWith(query.KeyPrefix, StringComparison.Ordinal)) found.Add(entity.Key);
            if (found.Count >= query.Limit || time.GetElapsedTime(started) > MaxDuration) return new EntityPage(found, entity.Key);
        }

        return new EntityPage(found, null);
    }
}
