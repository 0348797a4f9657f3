namespace Recommendations.Methods;

/// <summary>
/// Takes candidates, best first, until there are enough; those above their category's share wait for what is left.
/// </summary>
internal sealed class Selection(RecommendationRequest request, RecommendationOptions options)
{
    private readonly int _ofCategory = request.Category is null && options.MaxCategoryShare < 1
        ? Math.Max(1, (int)(options.MaxCategoryShare * request.Count))
        : int.MaxValue;

    private readonly List<Recommendation> _taken = new(request.Count);
    private readonly List<Recommendation> _waiting = [];
    private readonly Dictionary<string, int> _byCategory = new(StringComparer.Ordinal);
    private HashSet<string>? _items; // of both; most never ask

    public bool IsFull => _taken.Count == request.Count;

    public bool Has(string item) => (_items ??= new(_taken.Concat(_waiting).Select(static taken => taken.Item), StringComparer.Ordinal)).Contains(item);

    public void Offer(Recommendation candidate)
    {
        _items?.Add(candidate.Item);
        if (_ofCategory < int.MaxValue && request.Catalogue.Find(candidate.Item)?.Category is { Length: > 0 } category)
        {
            var count = _byCategory.GetValueOrDefault(category);
            if (count == _ofCategory)
            {
                if (_waiting.Count < request.Count)
                    _waiting.Add(candidate);
                return;
            }

            _byCategory[category] = count + 1;
        }

        _taken.Add(candidate);
    }

    public IReadOnlyList<Recommendation> Take()
    {
        _taken.AddRange(_waiting.Take(request.Count - _taken.Count));
        return _taken;
    }
}
