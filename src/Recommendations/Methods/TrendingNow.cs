using Recommendations.Trending;

namespace Recommendations.Methods;

/// <summary>
/// What trends: overall, and again in the categories of the visitor's session, each as far as its items weigh in it.
/// Each list's first has 1.
/// </summary>
public sealed class TrendingNow : IRecommendationMethod
{
    public string Name => MethodNames.Trending;

    public string Reason(string? because) => because is null ? "trending" : $"trending in {because}";

    public void Score(RecommendationRequest request, ReadOnlySpan<ContextItem> context, ScoreBoard board)
    {
        if (request.Category is { } wanted)
        {
            Add(request.Trending.Of(wanted), 1, wanted);
            return;
        }

        Add(request.Trending.All, 1, null);
        var total = 0.0;
        foreach (var item in context)
            total += item.Weight;
        for (var i = 0; i < context.Length; i++)
        {
            var category = context[i].Category;
            if (category.Length > 0 && context[i].Weight > 0 && ContextItem.WeightOf(category, context[..i]) == 0)
                Add(request.Trending.Of(category), ContextItem.WeightOf(category, context) / total, category);
        }

        // The less a list weighs, the fewer of it.
        void Add(IReadOnlyList<TrendingItem> items, double weight, string? category)
        {
            var count = Math.Min(items.Count, (int)Math.Ceiling(weight * Recommender.Pool(request.Count)));
            for (var i = 0; i < count; i++)
                board.Add(items[i].Id, weight * items[i].Score / items[0].Score, category);
        }
    }
}
