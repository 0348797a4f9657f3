using System.Runtime.InteropServices;

namespace Recommendations.Items;

/// <summary>
/// What an item keeps: the newest sessions that it was in, by time and then key. Of every order of arrival and
/// repetition of the same notices comes the same state, for a session's time only grows with its version: whatever
/// belongs to the newest at the end belongs to the newest of each part of the notices. A forgotten session stays as an
/// empty entry, so that a notice that comes late does not bring it back, until it is older than everything that is
/// kept. One changes it; its sessions may be asked for by others meanwhile.
/// </summary>
/// <param name="item">Its own id.</param>
public sealed partial class ItemState(string item)
{
    /// <summary>Sessions that are kept, forgotten ones included.</summary>
    public const int MaxSessions = 500;

    private const int RoomStep = 4; // a session that grows by an item mostly stays where it is
    private const int MinRoom = 16;

    private readonly ItemIds _ids = new();
    private readonly List<StoredSession> _sessions = []; // oldest first
    private ushort[] _numbers = []; // of ids: the sessions' items
    private int _end; // of what is used of the numbers

    public string Item { get; } = item;

    /// <summary>Sessions that are kept and not forgotten.</summary>
    public int Count
    {
        get
        {
            lock (_sessions)
                return _sessions.Count(static session => session.Count > 0);
        }
    }

    /// <summary>O(500). Answers whether the state has changed.</summary>
    /// <exception cref="ArgumentException">The notice is for another item, or has too many items.</exception>
    public bool Apply(in ItemNotice notice)
    {
        if (notice.Item != Item || notice.Items.Count > ItemNotice.MaxItems)
            throw new ArgumentException($"A notice of {notice.Items.Count} items for {notice.Item} at item {Item}.", nameof(notice));
        lock (_sessions)
        {
            var at = Find(notice.Session);
            if (at >= 0 && _sessions[at].Version >= notice.Version)
                return false;
            if (at < 0 && _sessions.Count == MaxSessions && !Older(_sessions[0], notice.Time, notice.Session))
                return false;
            Add(notice.Session, notice.Time, notice.Version, notice.Items, replaced: at);
            if (_sessions.Count > MaxSessions)
                Remove(0);
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
                var session = _sessions[at];
                forgotten += session.Count > 0 ? 1 : 0;
                _ids.Remove(ItemsOf(session));
                _sessions[at] = session with { Version = ItemNotice.Forgotten, Start = 0, Count = 0, Room = 0 };
            }
        }

        return forgotten;
    }

    /// <summary>Whether anything of the session is kept.</summary>
    public bool Knows(SessionKey session)
    {
        lock (_sessions)
            return Find(session) is >= 0 and var at && _sessions[at].Count > 0;
    }

    /// <summary>
    /// Drops the sessions whose newest interaction was before that time (Unix milliseconds). Answers how many.
    /// </summary>
    public int Expire(long before)
    {
        lock (_sessions)
        {
            var old = _sessions.TakeWhile(session => session.Time < before).Count();
            for (var i = 0; i < old; i++)
                _ids.Remove(ItemsOf(_sessions[i]));
            _sessions.RemoveRange(0, old);
            return old;
        }
    }

    /// <summary>The sessions as of now, without the forgotten ones. Safe from any thread.</summary>
    public ItemSessions Sessions()
    {
        var sessions = new ItemSessions();
        CopyTo(sessions);
        return sessions;
    }

    /// <summary>
    /// Makes it the sessions as of now, without the forgotten ones. O(sessions × items). Safe from any thread.
    /// </summary>
    public void CopyTo(ItemSessions sessions)
    {
        lock (_sessions)
        {
            sessions.Begin(Item, _ids);
            foreach (ref readonly var session in CollectionsMarshal.AsSpan(_sessions))
            {
                if (session.Count > 0)
                    sessions.Add(session, ItemsOf(session));
            }
        }
    }

    private static bool Older(in StoredSession session, long time, SessionKey key) =>
        session.Time < time || (session.Time == time && session.Key < key);

    private int Find(SessionKey key)
    {
        var sessions = CollectionsMarshal.AsSpan(_sessions);
        for (var i = sessions.Length - 1; i >= 0; i--)
        {
            if (sessions[i].Key == key)
                return i;
        }

        return -1;
    }

    /// <param name="replaced">The place of the session as it was before; -1: it is new.</param>
    private void Add(SessionKey key, long time, int version, IReadOnlyList<string> items, int replaced = -1)
    {
        Span<ushort> numbers = stackalloc ushort[items.Count];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = _ids.Add(items[i]); // before the old ones go, so that what stays keeps its number
        var old = replaced >= 0 ? Remove(replaced) : default;
        var (start, room) = numbers.Length <= old.Room ? (old.Start, (int)old.Room) : Reserve(numbers.Length);
        numbers.CopyTo(_numbers.AsSpan(start));
        Insert(new(key, time, version, start, (byte)numbers.Length, (byte)room));
    }

    private void Insert(in StoredSession session)
    {
        var at = _sessions.Count; // almost always near the end
        while (at > 0 && !Older(_sessions[at - 1], session.Time, session.Key))
            at--;
        _sessions.Insert(at, session);
    }

    private StoredSession Remove(int at)
    {
        var session = _sessions[at];
        _ids.Remove(ItemsOf(session));
        _sessions.RemoveAt(at);
        return session;
    }

    /// <summary>Room for so many numbers behind the last.</summary>
    private (int Start, int Room) Reserve(int count)
    {
        var room = (count + RoomStep - 1) / RoomStep * RoomStep;
        if (_end + room > _numbers.Length)
            Compact(room);
        var start = _end;
        _end += room;
        return (start, room);
    }

    /// <summary>Lets go of the rooms of sessions that are gone.</summary>
    private void Compact(int more)
    {
        var sessions = CollectionsMarshal.AsSpan(_sessions);
        var used = more;
        foreach (ref readonly var session in sessions)
            used += session.Room;
        var numbers = new ushort[Math.Max(MinRoom, 2 * used)];
        _end = 0;
        foreach (ref var session in sessions)
        {
            ItemsOf(session).CopyTo(numbers.AsSpan(_end));
            session = session with { Start = _end };
            _end += session.Room;
        }

        _numbers = numbers;
    }

    private ReadOnlySpan<ushort> ItemsOf(scoped in StoredSession session) => _numbers.AsSpan(session.Start, session.Count);
}
