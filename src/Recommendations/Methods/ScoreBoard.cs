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

    /// <summary>Multiplies each item's score by a factor of its own, at least 0.</summary>
    internal void Multiply(Func<string, double> factor)
    {
        foreach (ref var entry in CollectionsMarshal.AsSpan(_entries))
        {
            var by = factor(entry.Item);
            entry = entry with { Score = entry.Score * by, Most = entry.Most * by };
        }
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

        // A heap of the highest so far, their lowest at the root.
        foreach (ref readonly var entry in Entries)
        {
            if (to.Count < count)
            {
                to.Add(entry);
                Raise(CollectionsMarshal.AsSpan(to));
            }
            else if (Compare(entry, CollectionsMarshal.AsSpan(to)[0]) < 0)
            {
                Replace(CollectionsMarshal.AsSpan(to), entry);
            }
        }
    }

    /// <summary>Takes the heap's last entry to its place.</summary>
    private static void Raise(Span<Entry> heap)
    {
        var at = heap.Length - 1;
        var entry = heap[at];
        for (var parent = (at - 1) / 2; at > 0 && Compare(entry, heap[parent]) > 0; at = parent, parent = (at - 1) / 2)
            heap[at] = heap[parent];
        heap[at] = entry;
    }

    /// <summary>Puts an entry in the place of the heap's root.</summary>
    private static void Replace(Span<Entry> heap, in Entry entry)
    {
        var at = 0;
        for (var child = 1; child < heap.Length; child = (2 * at) + 1)
        {
            if (child + 1 < heap.Length && Compare(heap[child + 1], heap[child]) > 0)
                child++;
            if (Compare(heap[child], entry) <= 0)
                break;
            heap[at] = heap[child];
            at = child;
        }

        heap[at] = entry;
    }

    /// <summary>Highest first, then by item.</summary>
    internal static int Compare(in Entry a, in Entry b) =>
        a.Score != b.Score ? b.Score.CompareTo(a.Score) : string.CompareOrdinal(a.Item, b.Item);

    /// <param name="Most">What the reason's part of the score is.</param>
    internal readonly record struct Entry(string Item, double Score, string? Because, double Most);
}
