using Recommendations.Items;
using Recommendations.Methods;
using Recommendations.Trending;
using Recommendations.Visitors;

namespace Recommendations.Bench;

/// <summary>
/// The library's states in dictionaries, one visitor a session; what trends is made anew every 5 minutes of the events'
/// time.
/// </summary>
/// <param name="weights">Of the methods; none: those of the options.</param>
public sealed class PureStates(RecommendationOptions options, IReadOnlyDictionary<string, double>? weights = null) : IEvaluated
{
    private const long Fresh = 300_000;

    private readonly Recommender _recommender = new(options, weights);
    private readonly Dictionary<string, VisitorState> _visitors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ItemState> _items = new(StringComparer.Ordinal);
    private readonly Catalogue _catalogue = new();
    private readonly TrendingShard _shard = new(options.TrendingHalfLife, options.TrendingCapacity);
    private TrendingItems _trending = TrendingItems.None;
    private long _trendingAt = long.MinValue / 2;

    public IReadOnlyDictionary<string, ItemState> Items => _items;

    public ValueTask<IReadOnlyList<string>> RecommendAsync(string session, int count, long now, CancellationToken cancellation)
    {
        if (now - _trendingAt >= Fresh)
            (_trending, _trendingAt) = (TrendingItems.Merge(_shard.Top(options.TrendingCapacity, now)), now);
        return new([.. Recommend(session, count, now).Select(static found => found.Item)]);
    }

    public IReadOnlyList<Recommendation> Recommend(string session, int count, long now)
    {
        var visitor = _visitors.GetValueOrDefault(session) ?? new(session);
        var context = visitor.Context(session);
        return _recommender.Recommend(new()
        {
            Count = count,
            Now = now,
            Catalogue = _catalogue,
            Context = context,
            Sessions = context.Items
                .TakeLast(options.ContextItems)
                .Where(item => _items.ContainsKey(item.Item))
                .ToDictionary(static item => item.Item, item => _items[item.Item].Sessions(), StringComparer.Ordinal),
            Trending = _trending,
            Recent = visitor.Recent,
            Purchases = visitor.Purchases,
        });
    }

    public ValueTask RevealAsync(SessionEvent next, CancellationToken cancellation)
    {
        if (!_visitors.TryGetValue(next.Session, out var visitor))
            _visitors.Add(next.Session, visitor = new(next.Session));
        var outcome = visitor.Apply(new(next.Item, InteractionKind.View, next.Time, next.Session), next.Time, options.Visitors);
        foreach (var notice in outcome.Notices)
        {
            if (!_items.TryGetValue(notice.Item, out var item))
                _items.Add(notice.Item, item = new(notice.Item));
            item.Apply(notice);
        }

        if (!outcome.IsNew)
            return default;
        _shard.Add("", next.Item, next.Time);
        if (_catalogue.Find(next.Item) is null)
            _catalogue.Set(new(next.Item, "", next.Time));
        return default;
    }
}
