using Grains.Interfaces;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Recommendations.Methods;
using Recommendations.Trending;

namespace Grains.Recommending;

/// <summary>Looks at what trends for its silo.</summary>
[Alias("granary.ITrendingRefresh")]
public interface ITrendingRefresh : IGrainWithIntegerKey
{
    /// <summary>On return the silo's view is not older than <see cref="RecommendationSettings.TrendingInterval"/>.</summary>
    [Alias("Refresh")]
    ValueTask RefreshAsync();
}

/// <summary>What trends, as a silo last saw it. Safe from any thread.</summary>
internal sealed class TrendingView
{
    private volatile Seen? _seen;

    public TrendingItems Items => _seen?.Items ?? TrendingItems.None;

    public TimeSpan Age(TimeProvider time) => _seen is { } seen ? time.GetElapsedTime(seen.At) : TimeSpan.MaxValue;

    public void Set(TrendingItems items, long at) => _seen = new(items, at);

    private sealed record Seen(TrendingItems Items, long At);
}

/// <summary>One in each silo: asks all shards once for all who want to know.</summary>
[GrainType("trending")]
[StatelessWorker(1)]
public sealed partial class TrendingGrain(IServiceProvider provider, TimeProvider time) : Grain, ITrendingGrain, ITrendingRefresh
{
    /// <summary>Items that all shards together are asked for.</summary>
    private const int MaxItems = 20_000;

    private readonly Dictionary<string, ShardTop> _tops = new(StringComparer.Ordinal);
    private RecommendingServices _services = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _services = RecommendingGrain.Of(provider);
        return Task.CompletedTask;
    }

    public async ValueTask<IReadOnlyList<RecommendedItem>> GetAsync(int count, string? category)
    {
        RecommendingGrain.CheckCount(count);
        await RefreshAsync();
        var items = _services.Trending.Items;
        var reason = category is null ? "trending" : $"trending in {category}";
        return (category is null ? items.All : items.Of(category))
            .Where(item => _services.Catalogue.Find(item.Item)?.Available ?? !_services.Settings.OnlyCatalogued)
            .Take(count)
            .Select(item => new RecommendedItem(item.Item, item.Score, MethodNames.Trending, reason))
            .ToArray();
    }

    public async ValueTask RefreshAsync()
    {
        if (_services.Trending.Age(time) < _services.Settings.TrendingInterval) return;
        var started = time.GetTimestamp();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var names = Shards.All(_services.Settings);
        var calls = Array.ConvertAll(names, shard => GrainFactory.GetGrain<ITrendingShard>(shard).TopAsync(MaxItems / names.Length, now));
        for (var i = 0; i < calls.Length; i++)
        {
            try
            {
                _tops[names[i]] = await calls[i];
            }
            catch (Exception e)
            {
                LogMissing(_services.Logger, e, names[i]); // what it said last still stands
            }
        }

        _services.Trending.Set(TrendingItems.Merge(_tops.Values.Select(Categorized)), started);
    }

    /// <summary>The category is the catalogue's of now, so a shard need not know it; and the string of the id is the one that all share.</summary>
    private TrendingTop Categorized(ShardTop top)
    {
        var items = new TrendingItem[top.Items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            var known = _services.Catalogue.Find(top.Items[i]);
            items[i] = new(known?.Item ?? top.Items[i], known?.Category ?? "", top.Scores[i]);
        }

        return new(items, top.Total);
    }

    [LoggerMessage(LogLevel.Warning, "Shard {Shard} of what trends does not answer; its last answer is used")]
    private static partial void LogMissing(ILogger logger, Exception exception, string shard);
}
