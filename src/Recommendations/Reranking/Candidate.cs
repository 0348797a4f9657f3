using System.Text;
using Recommendations.Methods;
using Rules.Engine;
using Rules.Language;

namespace Recommendations.Reranking;

/// <summary>
/// An item that may be recommended, as rules see it: what they may name, and its values. Working memory of one caller at a time.
/// </summary>
internal sealed class Candidate(IReadOnlyList<RuleField> attributes) : IRuleEvent
{
    private enum Known
    {
        Item,
        Category,
        Available,
        InCatalogue,
        Added,
        Age,
        Bought,
        Seen,
        InSession,
        SessionItem,
        SessionCategory,
        SessionLength,
        Purchases,
    }

    private readonly byte[]?[] _texts = new byte[(int)Known.Purchases + 1 + attributes.Count][];
    private RecommendationRequest _request = null!;
    private string _item = "";
    private CatalogueItem? _entry;

    /// <summary>What every rule may name.</summary>
    public static IReadOnlyList<RuleField> Fields { get; } =
    [
        Field("item", RuleType.Text, Known.Item),
        Field("category", RuleType.Text, Known.Category),
        Field("available", RuleType.Boolean, Known.Available),
        Field("in_catalogue", RuleType.Boolean, Known.InCatalogue),
        Field("added", RuleType.Time, Known.Added),
        Field("age", RuleType.Duration, Known.Age),
        Field("bought", RuleType.Boolean, Known.Bought),
        Field("seen", RuleType.Number, Known.Seen),
        Field("in_session", RuleType.Boolean, Known.InSession),
        Field("session_item", RuleType.Text, Known.SessionItem),
        Field("session_category", RuleType.Text, Known.SessionCategory),
        Field("session_length", RuleType.Number, Known.SessionLength),
        Field("purchases", RuleType.Number, Known.Purchases),
    ];

    public long Time => _request.Now;

    public void Set(string item, CatalogueItem? entry, RecommendationRequest request) => (_item, _entry, _request) = (item, entry, request);

    public bool Has(int field) => (Known)field switch
    {
        Known.Category => _entry is { Category.Length: > 0 },
        Known.Available or Known.Added or Known.Age => _entry is not null,
        Known.SessionItem => _request.Context.Items.Count > 0,
        Known.SessionCategory => SessionCategory() is not null,
        <= Known.Purchases => true,
        _ => attributes[field - Fields.Count].Type == RuleType.Text ? Attribute(field) is string : !double.IsNaN(Number(field)),
    };

    public double Number(int field) => (Known)field switch
    {
        Known.Available => _entry is null ? double.NaN : Of(_entry.Available),
        Known.InCatalogue => Of(_entry is not null),
        Known.Added => _entry?.Added ?? double.NaN,
        Known.Age => _request.Now - _entry?.Added ?? double.NaN,
        Known.Bought => Of(_request.Purchases.ContainsKey(_item)),
        Known.Seen => Seen(),
        Known.InSession => Of(IsInSession()),
        Known.SessionLength => _request.Context.Items.Count,
        Known.Purchases => _request.Purchases.Count,
        <= Known.Purchases => double.NaN,
        _ => Attribute(field) switch
        {
            bool value when attributes[field - Fields.Count].Type == RuleType.Boolean => Of(value),
            double value when attributes[field - Fields.Count].Type == RuleType.Number => value,
            _ => double.NaN,
        },
    };

    public ReadOnlySpan<byte> Text(int field)
    {
        var text = (Known)field switch
        {
            Known.Item => _item,
            Known.Category => _entry?.Category,
            Known.SessionItem => _request.Context.Items is { Count: > 0 } items ? items[^1].Item : null,
            Known.SessionCategory => SessionCategory(),
            <= Known.Purchases => null,
            _ => Attribute(field) as string,
        };
        if (text is null)
            return default;
        // One buffer a field: two of them may be compared.
        ref var buffer = ref _texts[field];
        if (buffer is null || buffer.Length < Encoding.UTF8.GetMaxByteCount(text.Length))
            buffer = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        return buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer));
    }

    private static RuleField Field(string name, RuleType type, Known place) => new(name, type, (int)place);

    private static double Of(bool value) => value ? 1 : 0;

    private object? Attribute(int field) => _entry?.Attributes.GetValueOrDefault(attributes[field - Fields.Count].Name);

    private string? SessionCategory() => _request.Context.Items is { Count: > 0 } items
        && _request.Catalogue.Find(items[^1].Item) is { Category: { Length: > 0 } category } ? category : null;

    private int Seen()
    {
        foreach (var recent in _request.Recent)
        {
            if (recent.Item == _item)
                return recent.Count;
        }

        return 0;
    }

    private bool IsInSession()
    {
        foreach (var visited in _request.Context.Items)
        {
            if (visited.Item == _item)
                return true;
        }

        return false;
    }
}
