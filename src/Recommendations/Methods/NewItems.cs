using Recommendations.Items;

namespace Recommendations.Methods;

/// <summary>
/// What is new in the catalogue, by age (halved every half-life); three times as much in the categories of the
/// visitor's session.
/// </summary>
public sealed class NewItems(RecommendationOptions options) : IRecommendationMethod
{
    private volatile Ages? _ages; // as they were last

    public string Name => MethodNames.NewItems;

    public string Reason(string? because) => "new";

    public void Score(RecommendationRequest request, ReadOnlySpan<ContextItem> context, ScoreBoard board)
    {
        var newest = request.Catalogue.Newest;
        var count = Math.Min(newest.Count, Recommender.Pool(request.Count));
        if (count == 0)
            return;
        // Ratios are the same at any time, but for what is to come yet.
        var time = Math.Min(request.Now, newest[0].Added);
        if (_ages is not { } ages || ages.Of != newest || ages.Time != time || ages.Scores.Length < count)
            _ages = ages = new(newest, time, count, options.NewItemHalfLife);
        for (var i = 0; i < count; i++)
        {
            var category = newest[i].Category;
            board.Add(ages.Ids[i], ages.Scores[i] * (category.Length > 0 && ContextItem.WeightOf(category, context) > 0 ? 3 : 1), null);
        }
    }

    /// <summary>The scores of the newest items by their ages at a time.</summary>
    private sealed class Ages(IReadOnlyList<CatalogueItem> newest, long time, int count, TimeSpan halfLife)
    {
        public IReadOnlyList<CatalogueItem> Of => newest;

        public long Time => time;

        public ItemId[] Ids { get; } = [.. newest.Take(count).Select(static item => new ItemId(item.Item))];

        public double[] Scores { get; } = [.. newest.Take(count).Select(item => Decay.Of(time - item.Added, halfLife))];
    }
}
