using Grains.Interfaces;
using Orleans.Concurrency;
using Recommendations.Feedback;

namespace Grains.Recommending;

/// <summary>Adds up the shards' counters.</summary>
[GrainType("feedback")]
[StatelessWorker(1)]
public sealed class FeedbackGrain(IServiceProvider provider, TimeProvider time) : Grain, IFeedbackGrain
{
    public async ValueTask<IReadOnlyList<FeedbackSum>> GetAsync(int hours)
    {
        if (hours is < 1 or > FeedbackCounters.MaxHours)
            throw new ArgumentOutOfRangeException(nameof(hours), hours, $"It must be 1 to {FeedbackCounters.MaxHours}.");
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var shards = await Task.WhenAll(Shards.All(RecommendingGrain.Of(provider).Settings)
            .Select(shard => GrainFactory.GetGrain<IFeedbackShard>(shard).SumsAsync(hours, now).AsTask()));
        return
        [
            .. shards.SelectMany(static sums => sums)
                .GroupBy(static sum => (sum.Variant, sum.Method))
                .Select(static same => same.Aggregate(static (a, b) => a with
                {
                    Lists = a.Lists + b.Lists, Hits = a.Hits + b.Hits, Items = a.Items + b.Items, Clicks = a.Clicks + b.Clicks,
                }))
                .OrderBy(static sum => sum.Variant, StringComparer.Ordinal)
                .ThenBy(static sum => sum.Method, StringComparer.Ordinal),
        ];
    }
}
