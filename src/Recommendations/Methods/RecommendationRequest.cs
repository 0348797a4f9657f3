using Recommendations.Items;
using Recommendations.Trending;
using Recommendations.Visitors;

namespace Recommendations.Methods;

/// <summary>All that a recommendation is made of: nothing else is read, no clock either.</summary>
public sealed record RecommendationRequest
{
    /// <summary>How many are wanted, 1 or more.</summary>
    public required int Count { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long Now { get; init; }

    public required ICatalogue Catalogue { get; init; }

    /// <summary>What the visitor does now; empty for one who is not known.</summary>
    public VisitorContext Context { get; init; } = new(default, []);

    /// <summary>
    /// The sessions of the context's newest items, as many as <see cref="RecommendationOptions.ContextItems"/>; one
    /// that is missing teaches nothing.
    /// </summary>
    public IReadOnlyDictionary<string, ItemSessions> Sessions { get; init; } = new Dictionary<string, ItemSessions>();

    public TrendingItems Trending { get; init; } = TrendingItems.None;

    /// <summary>What the visitor saw, <see cref="VisitorState.Recent"/>.</summary>
    public IReadOnlyList<RecentItem> Recent { get; init; } = [];

    /// <summary>What the visitor bought, <see cref="VisitorState.Purchases"/>.</summary>
    public IReadOnlyDictionary<string, long> Purchases { get; init; } = new Dictionary<string, long>();

    /// <summary>Only of this category.</summary>
    public string? Category { get; init; }
}

/// <summary>One of the newest items of the visitor's session.</summary>
/// <param name="Sessions">None: nobody had it yet.</param>
/// <param name="Weight">
/// The linear decay by position (the newest 1, down to 1/n) × the weight of what was done with it.
/// </param>
/// <param name="Step">1 for the newest.</param>
/// <param name="Category">"" if it has none.</param>
public readonly record struct ContextItem(string Item, ItemSessions? Sessions, double Weight, int Step, string Category)
{
    /// <summary>What the items of a category weigh together; 0: none is of it. They are few.</summary>
    internal static double WeightOf(string category, ReadOnlySpan<ContextItem> context)
    {
        var weight = 0.0;
        foreach (var item in context)
        {
            if (item.Category == category)
                weight += item.Weight;
        }

        return weight;
    }
}
