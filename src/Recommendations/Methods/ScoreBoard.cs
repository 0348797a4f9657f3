using System.Runtime.InteropServices;
using Recommendations.Items;

namespace Recommendations.Methods;

/// <summary>
/// What the methods found, item by item. A method adds its scores; when it has ended they are blended into the item's. Reused from
/// call to call.
/// </summary>
public sealed class ScoreBoard
{
    private readonly Dictionary<ItemId, int> _places = [];
    private readonly List<Entry> _entries = [];
    private readonly List<int> _scored = []; // places of what the method under way has found

    /// <summary>
    /// Adds to the item's score, if it is above 0. Of several reasons the one that added most is kept.
    /// </summary>
    public void Add(string item, double score, string? because = null) => Add(new ItemId(item), score, because);

    internal void Add(ItemId item, double score, string? because)
    {
        if (!(score > 0))
            return;
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, item, out var known);
        if (!known)
        {
            place = _entries.Count;
            _entries.Add(new() { Item = item, Factor = double.NaN });
        }

        ref var entry = ref this[place];
        if (entry.Score == 0)
            _scored.Add(place);
        entry.Score += score;
        if (score > entry.MostOfScore)
            (entry.MostOfScore, entry.BecauseOfScore) = (score, because);
    }

    internal ref Entry this[int place] => ref CollectionsMarshal.AsSpan(_entries)[place];

    /// <summary>Places of what the method under way has found.</summary>
    internal ReadOnlySpan<int> Scored => CollectionsMarshal.AsSpan(_scored);

    /// <summary>Ends a method: what it found counts with its score × the scale.</summary>
    internal void Blend(int method, double scale)
    {
        foreach (var place in _scored)
        {
            ref var entry = ref this[place];
            var part = entry.Score * scale;
            entry.Blended += part;
            if (part > entry.Most)
                (entry.Most, entry.Method, entry.Because) = (part, method, entry.BecauseOfScore);
            (entry.Score, entry.MostOfScore, entry.BecauseOfScore) = (0, 0, null);
        }

        _scored.Clear();
    }

    /// <summary>The places of all with a blended score, to be taken in order.</summary>
    internal void Rank(PriorityQueue<int, ItemScore> ranking)
    {
        ranking.Clear();
        var entries = CollectionsMarshal.AsSpan(_entries);
        for (var place = 0; place < entries.Length; place++)
        {
            if (entries[place].Blended > 0)
                ranking.Enqueue(place, new(entries[place].Item.Text, entries[place].Blended));
        }
    }

    internal void Clear()
    {
        _places.Clear();
        _entries.Clear();
        _scored.Clear();
    }

    internal struct Entry
    {
        public ItemId Item;
        public double Score; // of the method under way
        public double MostOfScore; // what its reason has of it
        public string? BecauseOfScore;
        public double Blended;
        public double Most; // what the method with the highest part has of it
        public int Method;
        public string? Because;
        public double Factor; // NaN: not yet asked for
    }
}

/// <summary>A place in an order: highest first, then by item.</summary>
internal readonly record struct ItemScore(string Item, double Score) : IComparable<ItemScore>
{
    public int CompareTo(ItemScore other) =>
        Score > other.Score ? -1 : Score < other.Score ? 1 : string.CompareOrdinal(Item, other.Item);
}
