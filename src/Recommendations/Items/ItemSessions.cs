using System.Runtime.InteropServices;
using Recommendations.Methods;

namespace Recommendations.Items;

/// <summary>
/// A copy of the sessions that an item was in lately, as of one moment. Sessions are numbered from the oldest, 0, to the
/// newest, by time and then key. It changes only when it is made a copy of another moment (<see cref="ItemState.CopyTo"/>):
/// who asks much reuses its arrays.
/// </summary>
public sealed partial class ItemSessions
{
    private readonly List<StoredSession> _sessions = [];
    private readonly List<ushort> _numbers = []; // the sessions' items, one session's behind the other's
    private ItemId[] _ids = [];

    public string Item { get; private set; } = "";

    public int Count => _sessions.Count;

    /// <summary>Every number that <see cref="ItemsOf"/> gives is below this.</summary>
    public int Slots { get; private set; }

    public SessionKey Key(int session) => _sessions[session].Key;

    /// <summary>The session's newest interaction, Unix milliseconds.</summary>
    public long Time(int session) => _sessions[session].Time;

    /// <summary>
    /// The session's distinct items, this one among them, as numbers below <see cref="Slots"/>; oldest first.
    /// </summary>
    public ReadOnlySpan<ushort> ItemsOf(int session) => NumbersOf(_sessions[session]);

    internal ItemId Id(int number) => _ids[number];

    /// <summary>
    /// What was in the same sessions: by each session 2^(-age / half-life), over the same sum of all sessions, so the
    /// part of this item's sessions, the young ones counting more, that the neighbour was in too. Highest first, then
    /// by id. O(sessions × items): at most 25,000 additions.
    /// </summary>
    public IReadOnlyList<Neighbour> Neighbours(long now, TimeSpan halfLife, int count)
    {
        var sums = new double[Slots];
        var total = AddNeighbours(sums, now, halfLife, except: default);
        var found = new List<Neighbour>();
        for (var i = 0; i < sums.Length; i++)
        {
            if (sums[i] > 0 && _ids[i].Text != Item)
                found.Add(new(_ids[i].Text, sums[i] / total));
        }

        found.Sort(static (a, b) => new ItemScore(a.Item, a.Score).CompareTo(new(b.Item, b.Score)));
        if (found.Count > count)
            found.RemoveRange(count, found.Count - count);
        return found;
    }

    /// <summary>
    /// Adds to each number's sum the weights of the sessions that it was in; answers the weight of all but one session.
    /// </summary>
    internal double AddNeighbours(Span<double> sums, long now, TimeSpan halfLife, SessionKey except)
    {
        var total = 0.0;
        for (var session = _sessions.Count - 1; session >= 0; session--)
        {
            var stored = _sessions[session];
            if (stored.Key == except)
                continue;
            var weight = Decay.Of(now - stored.Time, halfLife);
            total += weight;
            foreach (var number in NumbersOf(stored))
                sums[number] += weight;
        }

        return total;
    }

    internal void Begin(string item, ItemIds ids)
    {
        Item = item;
        Slots = ids.Count;
        ids.CopyTo(ref _ids);
        _sessions.Clear();
        _numbers.Clear();
    }

    internal void Add(in StoredSession session, ReadOnlySpan<ushort> items)
    {
        _sessions.Add(session with { Start = _numbers.Count });
        _numbers.AddRange(items);
    }

    private ReadOnlySpan<ushort> NumbersOf(scoped in StoredSession session) =>
        CollectionsMarshal.AsSpan(_numbers).Slice(session.Start, session.Count);
}

/// <summary>An item that was in the same sessions as another one.</summary>
/// <param name="Score">Above 0, at most 1.</param>
public readonly record struct Neighbour(string Item, double Score);
