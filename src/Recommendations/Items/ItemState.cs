namespace Recommendations.Items;

/// <summary>
/// What an item keeps: the newest sessions that it was in, by time and then key. Of every order of arrival and
/// repetition of the same notices comes the same state, for a session's time only grows with its version: whatever
/// belongs to the newest at the end belongs to the newest of each part of the notices. A forgotten session stays as an
/// empty entry, so that a notice that comes late does not bring it back, until it is older than everything that is
/// kept. One changes it; <see cref="Sessions"/> may be asked by others meanwhile.
/// </summary>
/// <param name="item">Its own id.</param>
public sealed partial class ItemState(string item)
{
    /// <summary>Sessions that are kept, forgotten ones included.</summary>
    public const int MaxSessions = 500;

    private readonly ItemIds _ids = new();
    private readonly List<Entry> _sessions = []; // oldest first
    private ItemSessions? _snapshot;

    public string Item { get; } = item;

    /// <summary>Sessions that are kept and not forgotten.</summary>
    public int Count => Sessions().Count;

    /// <summary>O(500). Answers whether the state has changed.</summary>
    /// <exception cref="ArgumentException">The notice is for another item, or has too many items.</exception>
    public bool Apply(ItemNotice notice)
    {
        if (notice.Item != Item || notice.Items.Count > ItemNotice.MaxItems)
            throw new ArgumentException($"A notice of {notice.Items.Count} items for {notice.Item} at item {Item}.", nameof(notice));
        lock (_sessions)
        {
            var at = Find(notice.Session);
            if (at >= 0 && _sessions[at].Version >= notice.Version)
                return false;
            if (at >= 0)
                Remove(at);
            else if (_sessions.Count == MaxSessions && !Older(_sessions[0], notice.Time, notice.Session))
                return false;
            Insert(new(notice.Session, notice.Time, notice.Version, _ids.Add(notice.Items)));
            if (_sessions.Count > MaxSessions)
                Remove(0);
            _snapshot = null;
            return true;
        }
    }

    /// <summary>Empties those of the sessions that are kept, for good. Answers how many were not yet empty.</summary>
    public int Forget(params IEnumerable<SessionKey> sessions)
    {
        var forgotten = 0;
        lock (_sessions)
        {
            foreach (var key in sessions)
            {
                var at = Find(key);
                if (at < 0)
                    continue;
                var entry = _sessions[at];
                forgotten += entry.Items.Length > 0 ? 1 : 0;
                _ids.Remove(entry.Items);
                _sessions[at] = entry with { Version = ItemNotice.Forgotten, Items = [] };
                _snapshot = null;
            }
        }

        return forgotten;
    }

    /// <summary>Whether anything of the session is kept.</summary>
    public bool Knows(SessionKey session) => Find(session) is >= 0 and var at && _sessions[at].Items.Length > 0;

    /// <summary>
    /// Drops the sessions whose newest interaction was before that time (Unix milliseconds). Answers how many.
    /// </summary>
    public int Expire(long before)
    {
        lock (_sessions)
        {
            var old = _sessions.TakeWhile(entry => entry.Time < before).Count();
            for (var i = 0; i < old; i++)
                _ids.Remove(_sessions[i].Items);
            _sessions.RemoveRange(0, old);
            if (old > 0)
                _snapshot = null;
            return old;
        }
    }

    /// <summary>
    /// The sessions as of now, without the forgotten ones; made once a change. O(500 + distinct items). Safe from any thread.
    /// </summary>
    public ItemSessions Sessions()
    {
        lock (_sessions)
            return _snapshot ??= Snapshot();
    }

    private ItemSessions Snapshot()
    {
        var count = _sessions.Count(entry => entry.Items.Length > 0);
        var (keys, times, items) = (new SessionKey[count], new long[count], new ushort[count][]);
        var next = 0;
        foreach (var entry in _sessions)
        {
            if (entry.Items.Length == 0)
                continue;
            (keys[next], times[next], items[next]) = (entry.Key, entry.Time, entry.Items);
            next++;
        }

        return new(Item, keys, times, items, _ids.ToArray());
    }

    private static bool Older(in Entry entry, long time, SessionKey key) =>
        entry.Time < time || (entry.Time == time && entry.Key < key);

    private int Find(SessionKey key)
    {
        for (var i = _sessions.Count - 1; i >= 0; i--)
        {
            if (_sessions[i].Key == key)
                return i;
        }

        return -1;
    }

    private void Insert(in Entry entry)
    {
        var at = _sessions.Count; // almost always near the end
        while (at > 0 && !Older(_sessions[at - 1], entry.Time, entry.Key))
            at--;
        _sessions.Insert(at, entry);
    }

    private void Remove(int at)
    {
        _ids.Remove(_sessions[at].Items);
        _sessions.RemoveAt(at);
    }

    private readonly record struct Entry(SessionKey Key, long Time, int Version, ushort[] Items);
}
