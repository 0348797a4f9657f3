namespace Recommendations.Trending;

/// <param name="Score">Its decayed count.</param>
public readonly record struct TrendingItem(string Item, string Category, double Score)
{
    /// <summary>Highest first, then by item.</summary>
    internal static readonly IComparer<TrendingItem> ByScore = Comparer<TrendingItem>.Create(static (a, b) =>
        b.Score != a.Score ? b.Score.CompareTo(a.Score) : string.CompareOrdinal(a.Item, b.Item));
}

/// <summary>What a shard answers.</summary>
/// <param name="Total">The decayed count of all its items, also of those that are not among the highest.</param>
public sealed record TrendingTop(IReadOnlyList<TrendingItem> Items, double Total);

/// <summary>What trends, over all shards, as of one moment. Never changes.</summary>
public sealed class TrendingItems
{
    /// <summary>Before anything was counted.</summary>
    public static readonly TrendingItems None = Merge([]);

    private readonly Dictionary<string, IReadOnlyList<TrendingItem>> _byCategory;
    private readonly Dictionary<string, double> _inverse = new(StringComparer.Ordinal);
    private readonly double _highest;

    private TrendingItems(List<TrendingItem> all, double total)
    {
        All = all;
        _byCategory = all
            .GroupBy(static item => item.Category, StringComparer.Ordinal)
            .ToDictionary(static category => category.Key, IReadOnlyList<TrendingItem> (category) => [.. category], StringComparer.Ordinal);
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var item in all)
            scores[item.Item] = scores.GetValueOrDefault(item.Item) + item.Score;
        foreach (var (item, score) in scores)
        {
            var inverse = Math.Max(0, Math.Log(total / score));
            _inverse.Add(item, inverse);
            _highest = Math.Max(_highest, inverse);
        }
    }

    /// <summary>Of every category, the highest first.</summary>
    public IReadOnlyList<TrendingItem> All { get; }

    /// <summary>The highest first; empty for a category that is not known.</summary>
    public IReadOnlyList<TrendingItem> Of(string category) => _byCategory.GetValueOrDefault(category) ?? [];

    /// <summary>Adds up what the shards answered. Of all as of the same time.</summary>
    public static TrendingItems Merge(params IEnumerable<TrendingTop> shards)
    {
        var sums = new Dictionary<(string, string), double>();
        var total = 0.0;
        foreach (var shard in shards)
        {
            total += shard.Total;
            foreach (var (item, category, score) in shard.Items)
                sums[(category, item)] = sums.GetValueOrDefault((category, item)) + score;
        }

        return new([.. sums.Select(static sum => new TrendingItem(sum.Key.Item2, sum.Key.Item1, sum.Value))
            .Order(TrendingItem.ByScore)], total);
    }

    /// <summary>
    /// The inverse frequency of an item: ln(all interactions / its interactions), at least 0. An item that does not
    /// trend counts as the least that does. 0 when nothing does.
    /// </summary>
    public double InverseFrequency(string item) => _inverse.TryGetValue(item, out var inverse) ? inverse : _highest;
}
