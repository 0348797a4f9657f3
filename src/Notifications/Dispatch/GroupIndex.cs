using Notifications.Groups;

namespace Notifications.Dispatch;

/// <summary>The groups of a receiver by key and by when they are due, and how many alerts they hold. Any thread may call it.</summary>
internal sealed class GroupIndex
{
    /// <summary>Guards all below.</summary>
    private readonly Lock _lock = new();

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SortedSet<(long Due, string Key)> _order = [];
    private int _alerts;

    private readonly record struct Entry(NotificationGroup Group, long Due, int Alerts);

    public int Alerts
    {
        get
        {
            lock (_lock)
                return _alerts;
        }
    }

    public NotificationGroup? Find(string key)
    {
        lock (_lock)
            return _entries.TryGetValue(key, out var entry) ? entry.Group : null;
    }

    /// <summary>Adds a group, or takes over what has changed of it.</summary>
    public void Set(NotificationGroup group)
    {
        lock (_lock)
        {
            RemoveEntry(group.StoredKey);
            var entry = new Entry(group, group.Due, group.Alerts.Count);
            _entries.Add(group.StoredKey, entry);
            _order.Add((entry.Due, group.StoredKey));
            _alerts += entry.Alerts;
        }
    }

    public void Remove(NotificationGroup group)
    {
        lock (_lock)
            RemoveEntry(group.StoredKey);
    }

    /// <summary>The group that is due first; null: there is none.</summary>
    public (NotificationGroup Group, long Due)? First()
    {
        lock (_lock)
            return _order.Count == 0 ? null : (_entries[_order.Min.Key].Group, _order.Min.Due);
    }

    /// <summary>How many are due.</summary>
    public int CountDue(long now)
    {
        lock (_lock)
            return _order.TakeWhile(o => o.Due <= now).Count();
    }

    private void RemoveEntry(string key)
    {
        if (!_entries.Remove(key, out var entry))
            return;
        _order.Remove((entry.Due, key));
        _alerts -= entry.Alerts;
    }
}
