using Recommendations.Methods;

namespace Recommendations.Items;

/// <summary>
/// The sessions that an item was in lately, as of one moment: never changes, so it may be handed to others without a
/// copy. Sessions are numbered from the oldest, 0, to the newest, by time and then key.
/// </summary>
public sealed partial class ItemSessions
{
    private readonly SessionKey[] _keys;
    private readonly long[] _times;
    private readonly ushort[][] _items;
    private readonly ItemId[] _ids;

    internal ItemSessions(string item, SessionKey[] keys, long[] times, ushort[][] items, ItemId[] ids) =>
        (Item, _keys, _times, _items, _ids) = (item, keys, times, items, ids);

    public string Item { get; }

    public int Count => _keys.Length;

    /// <summary>Every number that <see cref="ItemsOf"/> gives is below this.</summary>
    public int Slots => _ids.Length;

    public SessionKey Key(int session) => _keys[session];

    /// <summary>The session's newest interaction, Unix milliseconds.</summary>
    public long Time(int session) => _times[session];

    /// <summary>
    /// The session's distinct items, this one among them, as numbers for <see cref="Id"/>; oldest first.
    /// </summary>
    public ReadOnlySpan<ushort> ItemsOf(int session) => _items[session];

    public string Id(ushort number) => _ids[number].Text;

    internal ItemId HashedId(int number) => _ids[number];

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
        for (var session = _keys.Length - 1; session >= 0; session--)
        {
            if (_keys[session] == except)
                continue;
            var weight = Decay.Of(now - _times[session], halfLife);
            total += weight;
            foreach (var number in _items[session])
                sums[number] += weight;
        }

        return total;
    }
}

/// <summary>An item that was in the same sessions as another one.</summary>
/// <param name="Score">Above 0, at most 1.</param>
public readonly record struct Neighbour(string Item, double Score);
