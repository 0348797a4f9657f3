using Orleans.Concurrency;

namespace Grains.Interfaces;

/// <summary>A visitor; its grain key is the visitor's id. Needs <c>Recommendations:Enabled</c>.</summary>
[Alias("granary.IVisitorGrain")]
public interface IVisitorGrain : IGrainWithStringKey
{
    /// <summary>
    /// What the visitor may want next, the best first, as of its last interaction that has arrived. Fewer than asked only if
    /// no more may be recommended. A visitor that is not known gets what trends.
    /// </summary>
    /// <param name="count">1 to <see cref="RecommendationContext.MaxCount"/>.</param>
    /// <param name="context">What the caller knows beyond the visitor's interactions.</param>
    /// <exception cref="ArgumentException">The count is out of range, or there is no such variant.</exception>
    [Alias("GetRecommendations")]
    [AlwaysInterleave]
    ValueTask<RecommendationAnswer> GetRecommendationsAsync(int count, RecommendationContext? context = null);

    /// <summary>What is kept of the visitor.</summary>
    [Alias("Get")]
    [AlwaysInterleave]
    ValueTask<VisitorSnapshot> GetAsync();

    /// <summary>
    /// Empties the visitor's state and makes every item forget its sessions for good. On return the empty state is durable and
    /// the broker has what the items are told; <see cref="IItemGrain.CountKnownAsync"/> says when they have applied it.
    /// </summary>
    /// <returns>How many sessions are forgotten.</returns>
    [Alias("Forget")]
    ValueTask<int> ForgetAsync();
}

/// <summary>An item; its grain key is the item's id. Needs <c>Recommendations:Enabled</c>.</summary>
[Alias("granary.IItemGrain")]
public interface IItemGrain : IGrainWithStringKey
{
    /// <summary>
    /// The items that were in the same sessions lately, the most alike first. The score is the part of this item's sessions,
    /// the young ones counting more, that the other item was in too.
    /// </summary>
    /// <param name="count">1 to <see cref="RecommendationContext.MaxCount"/>.</param>
    [Alias("Similar")]
    [AlwaysInterleave]
    ValueTask<IReadOnlyList<RecommendedItem>> SimilarAsync(int count);

    /// <summary>Of how many of these sessions (<see cref="VisitorSnapshot.Sessions"/>) the item keeps anything.</summary>
    [Alias("CountKnown")]
    [AlwaysInterleave]
    ValueTask<int> CountKnownAsync(IReadOnlyList<string> sessions);
}

/// <summary>What trends; key 0. Needs <c>Recommendations:Enabled</c>.</summary>
[Alias("granary.ITrendingGrain")]
public interface ITrendingGrain : IGrainWithIntegerKey
{
    /// <summary>The items with the highest decayed counts of sessions, which are the scores; at most a second old.</summary>
    /// <param name="count">1 to <see cref="RecommendationContext.MaxCount"/>.</param>
    /// <param name="category">Only of this category; null: of all.</param>
    [Alias("Get")]
    ValueTask<IReadOnlyList<RecommendedItem>> GetAsync(int count, string? category = null);
}

/// <summary>What came of recommendations; key 0. Needs <c>Recommendations:Enabled</c>.</summary>
[Alias("granary.IFeedbackGrain")]
public interface IFeedbackGrain : IGrainWithIntegerKey
{
    /// <summary>The sums by variant and method, in their order; some seconds old.</summary>
    /// <param name="hours">Of how many hours, the running one included: 1 to 48.</param>
    [Alias("Get")]
    ValueTask<IReadOnlyList<FeedbackSum>> GetAsync(int hours);
}
