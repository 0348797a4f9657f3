using System.Runtime.InteropServices;
using Recommendations.Items;
using Recommendations.Methods;

namespace Recommendations.Trending;

/// <param name="Score">Its decayed count.</param>
public readonly record struct TrendingItem(string Item, string Category, double Score)
{
    /// <summary>Highest first, then by item.</summary>
    internal static readonly IComparer<TrendingItem> ByScore = Comparer<TrendingItem>.Create(static (a, b) =>
        new ItemScore(a.Item, a.Score).CompareTo(new(b.Item, b.Score)));

    internal static readonly IComparer<TrendingItem> LowestFirst = Comparer<TrendingItem>.Create(static (a, b) => ByScore.Compare(b, a));

    public string Item => Id.Text;

    internal ItemId Id { get; } = new(Item);
}

/// <summary>What a shard answers.</summary>
/// <param name="Total">The decayed count of all its items, also of those that are not among the highest.</param>
public sealed record TrendingTop(IReadOnlyList<TrendingItem> Items, double Total);

/// <summary>What trends, over all shards, as of one moment. Never changes.</summary>
public sealed class TrendingItems
{
    /// <summary>Before anything was counted.</summary>
    public static readonly TrendingItems None = Merge([]);

    private readonly Dictionary<string, List<TrendingItem>> _byCategory;
    private readonly Dictionary<ItemId, double> _inverse; // frequencies by item, of all its categories
    private readonly double _highest;

    private TrendingItems(List<TrendingItem> all, Dictionary<ItemId, double> scores, double total)
    {
        all.Sort(TrendingItem.ByScore);
        (All, _inverse) = (all, scores);
        _byCategory = ByCategory(all);
        // Once for all who ask.
        foreach (var item in scores.Keys)
        {
            ref var score = ref CollectionsMarshal.GetValueRefOrNullRef(scores, item);
            score = total > 0 ? Math.Max(0, Math.Log(total / score)) : 0;
            _highest = Math.Max(_highest, score);
        }
    }

    /// <summary>Of every category, the highest first.</summary>
    public IReadOnlyList<TrendingItem> All { get; }

    /// <summary>The highest first; empty for a category that is not known.</summary>
    public IReadOnlyList<TrendingItem> Of(string category) => _byCategory.TryGetValue(category, out var items) ? items : [];

    /// <summary>Adds up what the shards answered. Of all as of the same time.</summary>
    public static TrendingItems Merge(params IEnumerable<TrendingTop> shards)
    {
        TrendingTop[] tops = [.. shards];
        var count = tops.Sum(static shard => shard.Items.Count);
        var all = new List<TrendingItem>(count);
        var scores = new Dictionary<ItemId, double>(count);
        foreach (var shard in tops)
        {
            all.AddRange(shard.Items);
            foreach (var item in shard.Items)
                CollectionsMarshal.GetValueRefOrAddDefault(scores, item.Id, out _) += item.Score;
        }

        // As a rule each item is in one shard and one category: then nothing is to be added up.
        return new(scores.Count == all.Count ? all : AddedUp(all), scores, tops.Sum(static shard => shard.Total));
    }

    private static Dictionary<string, List<TrendingItem>> ByCategory(List<TrendingItem> all)
    {
        var categories = new Dictionary<string, List<TrendingItem>>(StringComparer.Ordinal);
        foreach (var item in all)
            (CollectionsMarshal.GetValueRefOrAddDefault(categories, item.Category, out _) ??= []).Add(item);
        return categories;
    }

    private static List<TrendingItem> AddedUp(List<TrendingItem> all) =>
    [
        .. all.AggregateBy(static item => (item.Item, item.Category), 0.0, static (sum, item) => sum + item.Score)
            .Select(static sum => new TrendingItem(sum.Key.Item, sum.Key.Category, sum.Value)),
    ];

    /// <summary>
    /// The inverse frequency of an item: ln(all interactions / its interactions), at least 0. An item that does not
    /// trend counts as the least that does. 0 when nothing does.
    /// </summary>
    internal double InverseFrequency(ItemId item) => _inverse.GetValueOrDefault(item, _highest);
}
