using Grains.Interfaces;
using Microsoft.Extensions.Logging;
using Recommendations;
using Recommendations.Feedback;
using Recommendations.Items;
using Recommendations.Trending;
using Recommendations.Visitors;

namespace Grains.Recommending;

/// <content>
/// The query. It interleaves with deliveries: what is taken from the state before its await is copied, the rest is read after
/// it, in one go.
/// </content>
public sealed partial class VisitorGrain
{
    // What has not been looked at for so long is awaited; what is younger is given while it is looked at anew.
    private static readonly TimeSpan MaxTrendingAge = TimeSpan.FromSeconds(10);

    public async ValueTask<RecommendationAnswer> GetRecommendationsAsync(int count, RecommendationContext? context)
    {
        var started = Time.GetTimestamp();
        CheckCount(count);
        context ??= new();
        var variant = context.Variant ?? Services.VariantOf(Key);
        var recommender = Services.RecommenderOf(variant);
        var visited = ContextOf(context);
        var trending = TrendingAsync();
        var sessions = await SessionsAsync(visited);
        var trends = await trending;
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        RecommendedItem[] found;
        ShownItem[] shown;
        lock (Gate)
        {
            var best = recommender.Recommend(new()
            {
                Count = count,
                Now = now,
                Catalogue = Services.Catalogue,
                Context = visited,
                Sessions = sessions,
                Trending = trends,
                Recent = _state.Recent,
                Purchases = _state.Purchases,
                Category = context.Category,
            });
            found = new RecommendedItem[best.Count];
            shown = new ShownItem[best.Count];
            for (var i = 0; i < found.Length; i++)
            {
                var (item, score, method, reason) = best[i];
                (found[i], shown[i]) = (new(item, score, method, reason), new(item, method));
            }

            if (!context.IsTrial) Services.Shown.Add(_state.Impressions.Show(variant, shown, now));
        }

        foreach (var copy in sessions.Values) Services.Items.Return(copy); // all were made for this query
        foreach (var (method, items) in ShownItem.CountByMethod(shown)) Services.Metrics.Recommended(method, variant, items);
        Services.Metrics.Answered(Time.GetElapsedTime(started));
        return new(found, variant, [.. visited.Items.Select(item => item.Item)]);
    }

    /// <summary>The session's items with the caller's as the newest, at most as many as a session tells.</summary>
    private VisitorContext ContextOf(RecommendationContext context)
    {
        VisitorContext own;
        lock (Gate) own = _state.Context(context.Session);
        if (context.Items.Count == 0) return own;
        var given = context.Items
            .Where(item => item is { Length: > 0 and <= Interaction.MaxIdLength })
            .Reverse().Distinct().Take(ItemNotice.MaxItems).Reverse().Select(item => new SessionItem(item)).ToList();
        var before = own.Items.Where(item => !given.Exists(newer => newer.Item == item.Item)).TakeLast(ItemNotice.MaxItems - given.Count);
        return own with { Items = before.Concat(given).ToArray() };
    }

    /// <summary>Of the newest items: those that are active here are read at once, the others asked.</summary>
    private ValueTask<IReadOnlyDictionary<string, ItemSessions>> SessionsAsync(VisitorContext context)
    {
        var sessions = new Dictionary<string, ItemSessions>(StringComparer.Ordinal);
        List<string>? others = null;
        for (var i = Math.Max(0, context.Items.Count - Services.Settings.ContextItems); i < context.Items.Count; i++)
        {
            var item = context.Items[i].Item;
            if (Services.Items.Rent(item) is { } found)
                sessions.Add(item, found);
            else
                (others ??= []).Add(item);
        }

        return others is null ? new(sessions) : AskAsync(others, sessions);
    }

    private async ValueTask<IReadOnlyDictionary<string, ItemSessions>> AskAsync(List<string> items, Dictionary<string, ItemSessions> sessions)
    {
        var calls = items.ConvertAll(item => GrainFactory.GetGrain<IItemSessions>(item).GetAsync());
        for (var i = 0; i < calls.Count; i++)
        {
            try
            {
                sessions.Add(items[i], (await calls[i]).Sessions);
            }
            catch (Exception e)
            {
                // The others still say something, and what trends is always there.
                Services.Metrics.Missing();
                LogMissing(Services.Logger, e, items[i], Key);
            }
        }

        return sessions;
    }

    private ValueTask<TrendingItems> TrendingAsync()
    {
        var view = Services.Trending;
        var age = view.Age(Time);
        if (age < Services.Settings.TrendingInterval) return new(view.Items);
        var refresh = GrainFactory.GetGrain<ITrendingRefresh>(0).RefreshAsync();
        if (age >= MaxTrendingAge) return AwaitedAsync(refresh, view);
        refresh.AsTask().Ignore();
        return new(view.Items);
    }

    private static async ValueTask<TrendingItems> AwaitedAsync(ValueTask refresh, TrendingView view)
    {
        await refresh;
        return view.Items;
    }

    [LoggerMessage(LogLevel.Warning, "Item '{Item}' does not answer visitor '{Visitor}'; it is recommended without it")]
    private static partial void LogMissing(ILogger logger, Exception exception, string item, string visitor);
}
