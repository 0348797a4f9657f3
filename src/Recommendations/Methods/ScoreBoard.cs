using System.Runtime.InteropServices;

namespace Recommendations.Methods;

/// <summary>Sums scores by item; reused from call to call.</summary>
public sealed class ScoreBoard
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<Entry> _entries = [];

    /// <summary>
    /// Adds to the item's score, if it is above 0. Of several reasons the one that added most is kept.
    /// </summary>
    public void Add(string item, double score, string? because = null)
    {
        if (!(score > 0))
            return;
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, item, out var known);
        if (!known)
        {
            place = _entries.Count;
            _entries.Add(new(item, score, because, score));
            return;
        }

        ref var entry = ref CollectionsMarshal.AsSpan(_entries)[place];
        var (why, most) = score > entry.Most ? (because, score) : (entry.Because, entry.Most);
        entry = new(item, entry.Score + score, why, most);
    }

    internal ReadOnlySpan<Entry> Entries => CollectionsMarshal.AsSpan(_entries);

    internal void Clear()
    {
        _places.Clear();
        _entries.Clear();
    }

    /// <summary>Gives the highest, in no order; equal scores by item. O(items × log count).</summary>
    internal void Top(int count, List<Entry> to)
    {
        to.Clear();
        if (_entries.Count <= count)
        {
            to.AddRange(_entries);
            return;
        }

        var heap = new PriorityQueue<Entry, Entry>(count, LowestFirst);
        foreach (var entry in _entries)
        {
            if (heap.Count < count)
                heap.Enqueue(entry, entry);
            else if (Compare(entry, heap.Peek()) < 0)
                heap.EnqueueDequeue(entry, entry);
        }

        foreach (var (entry, _) in heap.UnorderedItems)
            to.Add(entry);
    }

    /// <summary>Highest first, then by item.</summary>
    internal static int Compare(Entry a, Entry b) =>
        a.Score != b.Score ? b.Score.CompareTo(a.Score) : string.CompareOrdinal(a.Item, b.Item);

    private static readonly Comparer<Entry> LowestFirst = Comparer<Entry>.Create(static (a, b) => Compare(b, a));

    /// <param name="Most">What the reason's part of the score is.</param>
    internal readonly record struct Entry(string Item, double Score, string? Because, double Most);
}
