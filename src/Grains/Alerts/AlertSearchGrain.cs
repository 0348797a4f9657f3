using Checkpointing;
using Grains.Interfaces;
using Grains.Kinds;
using Orleans.Concurrency;

namespace Grains.Alerts;

/// <summary>Looks through what entities have written of their alerts.</summary>
[StatelessWorker]
public sealed class AlertSearchGrain(IEntityStore store, TimeProvider time) : Grain, IAlertSearch
{
    // A page ends then, found or not: well below the time that a call may take.
    private static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(5);

    public async ValueTask<AlertPage> FindAsync(AlertQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Limit is < 1 or > 1000) throw new ArgumentException($"Limit is {query.Limit}: expected 1 to 1000.", nameof(query));
        var started = time.GetTimestamp();
        var found = new List<FoundAlert>();
        EntityId? after = query.After is { } key ? new EntityId(key.Kind, key.Key) : null;
        await foreach (var (entity, alerts) in store.FindAlertsAsync(after))
        {
            if (IsOf(entity, query))
                found.AddRange(Snapshots.OfIndex(alerts).Where(alert => Matches(alert, query)).Select(alert => new FoundAlert(entity.Kind, entity.Key, alert)));
            if (found.Count >= query.Limit || time.GetElapsedTime(started) > MaxDuration)
                return new AlertPage(found, new EntityKey(entity.Kind, entity.Key));
        }

        return new AlertPage(found, null);
    }

    private static bool IsOf(EntityId entity, AlertQuery query) =>
        (query.Kind is null || entity.Kind == query.Kind)
        && (query.KeyPrefix is null || entity.Key.StartsWith(query.KeyPrefix, StringComparison.Ordinal));

    private static bool Matches(Alert alert, AlertQuery query) =>
        (query.Rule is null || alert.Rule == query.Rule)
        && (query.State is null || alert.State == query.State)
        && (query.SinceBefore is null || alert.Since < query.SinceBefore)
        && (query.Acknowledged is null || alert.AcknowledgedBy is not null == query.Acknowledged)
        && query.Labels.All(label => alert.Labels.TryGetValue(label.Key, out var value) && value == label.Value);
}
