using System.Runtime.InteropServices;

namespace Recommendations.Methods;

/// <summary>
/// Asks the methods, blends what they found, applies the business rules, and fills up. Of equal requests come equal
/// answers. Safe from any thread.
/// </summary>
public sealed class Recommender
{
    [ThreadStatic]
    private static Scratch? t_scratch;

    private readonly RecommendationOptions _options;
    private readonly (IRecommendationMethod Method, double Weight)[] _methods;
    private readonly IRerankRule[] _rules;

    /// <param name="options">Checked by <see cref="RecommendationOptions.Validate"/>.</param>
    /// <param name="weights">Of the methods, for a variant; none: those of the options.</param>
    /// <param name="rules">Asked for every candidate.</param>
    public Recommender(
        RecommendationOptions options,
        IReadOnlyDictionary<string, double>? weights = null,
        params IEnumerable<IRerankRule> rules)
    {
        _options = options;
        _rules = [.. rules];
        _methods = [.. (weights ?? options.Methods)
            .Where(static method => method.Value > 0)
            .OrderBy(static method => method.Key, StringComparer.Ordinal)
            .Select(method => (MethodNames.Create(method.Key, options), method.Value))];
    }

    /// <summary>
    /// The best first, each once. Fewer than asked only if no more may be recommended: what trends fills up, then what
    /// is new, and the limit of a category's share yields at last.
    /// </summary>
    public IReadOnlyList<Recommendation> Recommend(RecommendationRequest request)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Count, 1);
        var scratch = t_scratch ??= new();
        scratch.Board.Clear();
        scratch.Reasons.Clear();
        scratch.Context.Clear();
        var length = Math.Min(request.Context.Items.Count, _options.ContextItems);
        for (var back = 0; back < length; back++)
            scratch.Context.Add(Newest(request, back, length));
        Blend(request, CollectionsMarshal.AsSpan(scratch.Context), scratch.Board);

        var selection = new Selection(request, _options);
        Rank(request, scratch);
        while (!selection.IsFull && scratch.Ranking.TryDequeue(out var place, out var ranked))
        {
            ref var entry = ref scratch.Board[place];
            if (Factor(request, ref entry) > 0)
                selection.Offer(new(ranked.Item, ranked.Score, _methods[entry.Method].Method.Name, Reason(entry, scratch)));
        }

        FillUp(request, selection);
        return selection.Take();
    }

    /// <summary>How many are looked at of a list that is in order.</summary>
    internal static int Pool(int count) => Math.Max(100, 4 * count);

    private ContextItem Newest(RecommendationRequest request, int back, int length)
    {
        var (item, strongest) = request.Context.Items[^(back + 1)];
        var position = (double)(length - back) / length;
        var category = request.Catalogue.Find(item)?.Category ?? "";
        return new(item, request.Sessions.GetValueOrDefault(item), position * _options.Weight(strongest), back + 1, category);
    }

    /// <summary>
    /// Each method's scores are divided by the highest of what may be recommended and multiplied by its weight. What may not be
    /// recommended is still among the blended: whoever takes them asks, as for few of them.
    /// </summary>
    private void Blend(RecommendationRequest request, ReadOnlySpan<ContextItem> context, ScoreBoard board)
    {
        for (var i = 0; i < _methods.Length; i++)
        {
            _methods[i].Method.Score(request, context, board);
            var highest = 0.0;
            foreach (var place in board.Scored)
            {
                ref var entry = ref board[place];
                if (entry.Score > highest && Factor(request, ref entry) > 0)
                    highest = entry.Score;
            }

            board.Blend(i, highest > 0 ? _methods[i].Weight / highest : 0);
        }
    }

    /// <summary>Puts what was found in order. The rules are asked for the best only: a session's items may have thousands of neighbours.</summary>
    private void Rank(RecommendationRequest request, Scratch scratch)
    {
        scratch.Board.Rank(scratch.Ranking);
        if (_rules.Length == 0)
            return;
        scratch.Ruled.Clear();
        while (scratch.Ruled.Count < 4 * Pool(request.Count) && scratch.Ranking.TryDequeue(out var place, out var ranked))
            scratch.Ruled.Add((place, ranked with { Score = ranked.Score * Factor(request, ref scratch.Board[place]) }));
        scratch.Ranking.Clear();
        scratch.Ranking.EnqueueRange(scratch.Ruled);
    }

    /// <summary>One text for all who have the same reason.</summary>
    private string Reason(in ScoreBoard.Entry entry, Scratch scratch)
    {
        ref var reason = ref CollectionsMarshal.GetValueRefOrAddDefault(scratch.Reasons, (entry.Method, entry.Because), out _);
        return reason ??= _methods[entry.Method].Method.Reason(entry.Because);
    }

    private void FillUp(RecommendationRequest request, Selection selection)
    {
        var trending = request.Category is { } category ? request.Trending.Of(category) : request.Trending.All;
        foreach (var item in trending)
        {
            if (selection.IsFull)
                return;
            if (!selection.Has(item.Item) && Factor(request, item.Item) > 0)
                selection.Offer(new(item.Item, 0, MethodNames.Trending, "trending"));
        }

        if (selection.IsFull)
            return;
        foreach (var entry in request.Catalogue.Newest)
        {
            if (selection.IsFull)
                return;
            if (!selection.Has(entry.Item) && Factor(request, entry.Item) > 0)
                selection.Offer(new(entry.Item, 0, MethodNames.NewItems, "new"));
        }
    }

    /// <summary>Worked out once a call and item. 0: it may not be recommended.</summary>
    private double Factor(RecommendationRequest request, ref ScoreBoard.Entry entry) => double.IsNaN(entry.Factor) ? entry.Factor = Factor(request, entry.Item.Text) : entry.Factor;

    private double Factor(RecommendationRequest request, string item)
    {
        var entry = request.Catalogue.Find(item);
        if (entry is null ? _options.OnlyCatalogued || request.Category is not null : !entry.Available)
            return 0;
        if (request.Category is { } category && entry!.Category != category)
            return 0;
        if (_options.ExcludeBought && request.Purchases.ContainsKey(item))
            return 0;
        var items = request.Context.Items;
        for (var i = 1; i <= Math.Min(items.Count, _options.ExcludeNewest); i++)
        {
            if (items[^i].Item == item)
                return 0;
        }

        var factor = 1.0;
        foreach (var rule in _rules)
            factor = Math.Max(0, factor * rule.Factor(item, entry, request));
        return factor;
    }

    private sealed class Scratch
    {
        public List<ContextItem> Context { get; } = [];

        public ScoreBoard Board { get; } = new();

        public PriorityQueue<int, ItemScore> Ranking { get; } = new();

        public List<(int Place, ItemScore Score)> Ruled { get; } = [];

        public Dictionary<(int Method, string? Because), string> Reasons { get; } = [];
    }
}
