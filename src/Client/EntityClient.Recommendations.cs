using Grains.Interfaces;

namespace Client;

/// <content>Recommendations; they need silos with <c>Recommendations:Enabled</c>.</content>
public sealed partial class EntityClient
{
    /// <inheritdoc cref="IVisitorGrain.GetRecommendationsAsync"/>
    public ValueTask<RecommendationAnswer> RecommendAsync(
        string visitor, int count, RecommendationContext? context = null, CancellationToken cancellationToken = default)
    {
        var grain = Visitor(visitor);
        return _repetition.RunAsync(() => grain.GetRecommendationsAsync(count, context), cancellationToken);
    }

    /// <inheritdoc cref="IVisitorGrain.GetAsync"/>
    public ValueTask<VisitorSnapshot> GetVisitorAsync(string visitor, CancellationToken cancellationToken = default)
    {
        var grain = Visitor(visitor);
        return _repetition.RunAsync(() => grain.GetAsync(), cancellationToken);
    }

    /// <inheritdoc cref="IItemGrain.SimilarAsync"/>
    public ValueTask<IReadOnlyList<RecommendedItem>> SimilarAsync(string item, int count, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(item);
        var grain = _grains.GetGrain<IItemGrain>(item);
        return _repetition.RunAsync(() => grain.SimilarAsync(count), cancellationToken);
    }

    /// <inheritdoc cref="ITrendingGrain.GetAsync"/>
    public ValueTask<IReadOnlyList<RecommendedItem>> TrendingAsync(
        int count, string? category = null, CancellationToken cancellationToken = default)
    {
        var grain = _grains.GetGrain<ITrendingGrain>(0);
        return _repetition.RunAsync(() => grain.GetAsync(count, category), cancellationToken);
    }

    /// <inheritdoc cref="IFeedbackGrain.GetAsync"/>
    public ValueTask<IReadOnlyList<FeedbackSum>> FeedbackAsync(int hours, CancellationToken cancellationToken = default)
    {
        var grain = _grains.GetGrain<IFeedbackGrain>(0);
        return _repetition.RunAsync(() => grain.GetAsync(hours), cancellationToken);
    }

    /// <inheritdoc cref="IVisitorGrain.ForgetAsync"/>
    public ValueTask<int> ForgetAsync(string visitor, CancellationToken cancellationToken = default) =>
        CommandAsync(Visitor(visitor), grain => grain.ForgetAsync(), cancellationToken);

    private IVisitorGrain Visitor(string visitor)
    {
        ArgumentException.ThrowIfNullOrEmpty(visitor);
        return _grains.GetGrain<IVisitorGrain>(visitor);
    }
}
