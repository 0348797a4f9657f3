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
        scratch.Clear();
        Span<ContextItem> context = new ContextItem[Math.Min(request.Context.Items.Count, _options.ContextItems)];
        for (var i = 0; i < context.Length; i++)
            context[i] = Newest(request, i, context.Length);
        Blend(request, context, scratch);

        var selection = new Selection(request, _options);
        foreach (var (item, score, method, because) in scratch.Blended)
        {
            if (selection.IsFull)
                break;
            if (Factor(request, scratch, item) > 0)
                selection.Offer(new(item, score, _methods[method].Method.Name, _methods[method].Method.Reason(because)));
        }

        FillUp(request, scratch, selection);
        return selection.Take();
    }

    /// <summary>How many of a method's best are looked at.</summary>
    internal static int Pool(int count) => Math.Max(100, 4 * count);

    private ContextItem Newest(RecommendationRequest request, int back, int length)
    {
        var (item, strongest) = request.Context.Items[^(back + 1)];
        var position = (double)(length - back) / length;
        return new(item, request.Sessions.GetValueOrDefault(item), position * _options.Weight(strongest), back + 1);
    }

    /// <summary>
    /// Each method's scores are divided by the highest of what may be recommended and multiplied by its weight; then come the
    /// rules' factors. What may not be recommended is still among the blended: whoever takes them asks, as for few of them.
    /// </summary>
    private void Blend(RecommendationRequest request, ReadOnlySpan<ContextItem> context, Scratch scratch)
    {
        for (var i = 0; i < _methods.Length; i++)
        {
            scratch.Board.Clear();
            _methods[i].Method.Score(request, context, scratch.Board);
            scratch.Board.Top(Pool(request.Count), scratch.Top);
            var highest = Highest(request, scratch);
            if (highest <= 0)
                continue;
            foreach (var entry in scratch.Top)
                scratch.Add(entry.Item, _methods[i].Weight * entry.Score / highest, i, entry.Because);
        }

        foreach (var sum in scratch.Sums.Values)
        {
            var factor = _rules.Length > 0 ? Factor(request, scratch, sum.Item) : 1;
            scratch.Blended.Add((sum.Item, sum.Score * factor, sum.Method, sum.Because));
        }

        scratch.Blended.Sort(static (a, b) =>
            a.Score != b.Score ? b.Score.CompareTo(a.Score) : string.CompareOrdinal(a.Item, b.Item));
    }

    /// <summary>The highest score of <c>Top</c> whose item may be recommended; 0: there is none.</summary>
    private double Highest(RecommendationRequest request, Scratch scratch)
    {
        var highest = 0.0;
        for (var i = scratch.Top.Count - 1; i >= 0; i--) // of a heap the last are the higher ones: few items are looked up
        {
            var (item, score, _, _) = scratch.Top[i];
            if (score > highest && Factor(request, scratch, item) > 0)
                highest = score;
        }

        return highest;
    }

    private void FillUp(RecommendationRequest request, Scratch scratch, Selection selection)
    {
        var trending = request.Category is { } category ? request.Trending.Of(category) : request.Trending.All;
        foreach (var item in trending)
        {
            if (selection.IsFull)
                return;
            if (!selection.Has(item.Item) && Factor(request, scratch, item.Item) > 0)
                selection.Offer(new(item.Item, 0, MethodNames.Trending, "trending"));
        }

        if (selection.IsFull)
            return;
        foreach (var entry in request.Catalogue.Newest)
        {
            if (selection.IsFull)
                return;
            if (!selection.Has(entry.Item) && Factor(request, scratch, entry.Item) > 0)
                selection.Offer(new(entry.Item, 0, MethodNames.NewItems, "new"));
        }
    }

    /// <summary>Worked out once a call and item. 0: it may not be recommended.</summary>
    private double Factor(RecommendationRequest request, Scratch scratch, string item)
    {
        ref var factor = ref CollectionsMarshal.GetValueRefOrAddDefault(scratch.Factors, item, out var known);
        return known ? factor : factor = Factor(request, item);
    }

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
        public ScoreBoard Board { get; } = new();

        public List<ScoreBoard.Entry> Top { get; } = [];

        public Dictionary<string, (string Item, double Score, int Method, double Most, string? Because)> Sums { get; } =
            new(StringComparer.Ordinal);

        public List<(string Item, double Score, int Method, string? Because)> Blended { get; } = [];

        public Dictionary<string, double> Factors { get; } = new(StringComparer.Ordinal);

        public void Add(string item, double score, int method, string? because)
        {
            if (!Sums.TryGetValue(item, out var sum))
                Sums.Add(item, (item, score, method, score, because));
            else if (score > sum.Most)
                Sums[item] = (item, sum.Score + score, method, score, because);
            else
                Sums[item] = sum with { Score = sum.Score + score };
        }

        public void Clear()
        {
            Sums.Clear();
            Blended.Clear();
            Factors.Clear();
        }
    }
}
