namespace Recommendations.Methods;

/// <summary>
/// What is new in the catalogue, by age (halved every half-life); three times as much in the categories of the
/// visitor's session.
/// </summary>
public sealed class NewItems(RecommendationOptions options) : IRecommendationMethod
{
    public string Name => MethodNames.NewItems;

    public string Reason(string? because) => "new";

    public void Score(RecommendationRequest request, ReadOnlySpan<ContextItem> context, ScoreBoard board)
    {
        var categories = request.CategoryWeights(context);
        var newest = request.Catalogue.Newest;
        var count = Math.Min(newest.Count, Recommender.Pool(request.Count));
        for (var i = 0; i < count; i++)
        {
            var age = Decay.Of(request.Now - newest[i].Added, options.NewItemHalfLife);
            board.Add(newest[i].Item, age * (categories.ContainsKey(newest[i].Category) ? 3 : 1));
        }
    }
}
