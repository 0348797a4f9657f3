using Recommendations.Methods;
using Recommendations.Visitors;

namespace Recommendations;

/// <summary>How recommendations are made. Half-lives: what is so old counts half.</summary>
public class RecommendationOptions
{
    public VisitorOptions Visitors { get; set; } = new();

    /// <summary>
    /// The weight of each method by its name (<see cref="MethodNames"/>), 0 or more; one that is absent is not asked. A
    /// method's best item has its weight as score.
    /// </summary>
    public Dictionary<string, double> Methods { get; set; } = new(StringComparer.Ordinal)
    {
        [MethodNames.NearestSessions] = 1,
        [MethodNames.ItemToItem] = 0.05,
        [MethodNames.Reminders] = 0.02,
        [MethodNames.Trending] = 0.01,
        [MethodNames.NewItems] = 0.01,
    };

    /// <summary>
    /// The newest items of a session that are looked at, and whose sessions the caller fetches. 10, at most 50.
    /// </summary>
    public int ContextItems { get; set; } = 10;

    /// <summary>What an item in the cart weighs in its session; a viewed one 1. 1.5.</summary>
    public double CartWeight { get; set; } = 1.5;

    /// <summary>What a bought item weighs in its session; a viewed one 1. 1.</summary>
    public double PurchaseWeight { get; set; } = 1;

    /// <summary>Nearest sessions: the newest that are compared (m). 500.</summary>
    public int SampledSessions { get; set; } = 500;

    /// <summary>Nearest sessions: the most similar that vote (k). 100.</summary>
    public int Neighbours { get; set; } = 100;

    /// <summary>Nearest sessions: how much rare items are preferred, 0 not at all. 1.</summary>
    public double InverseFrequencyWeight { get; set; } = 1;

    /// <summary>Nearest sessions: of a session's similarity. 30 days.</summary>
    public TimeSpan SessionHalfLife { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Item to item: of a session's weight. 14 days.</summary>
    public TimeSpan CoOccurrenceHalfLife { get; set; } = TimeSpan.FromDays(14);

    /// <summary>
    /// Item to item: the newest items of the session whose neighbours are taken. 1, the item that the visitor looks at.
    /// </summary>
    public int CoOccurrenceItems { get; set; } = 1;

    /// <summary>Trending: of a count. 1 day.</summary>
    public TimeSpan TrendingHalfLife { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Reminders: of the last interaction. 2 days.</summary>
    public TimeSpan ReminderHalfLife { get; set; } = TimeSpan.FromDays(2);

    /// <summary>New items: of the time in the catalogue. 7 days.</summary>
    public TimeSpan NewItemHalfLife { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Items that a trending shard keeps at least. 20,000.</summary>
    public int TrendingCapacity { get; set; } = 20_000;

    /// <summary>
    /// The newest items of the visitor's session that are not recommended. 1: what it looks at; 50: none of the
    /// session.
    /// </summary>
    public int ExcludeNewest { get; set; } = 1;

    /// <summary>What the visitor has bought is not recommended. True.</summary>
    public bool ExcludeBought { get; set; } = true;

    /// <summary>What has no catalogue entry is not recommended. False.</summary>
    public bool OnlyCatalogued { get; set; }

    /// <summary>The largest part of the answer that may be of one category, above 0, at most 1: no limit. 1.</summary>
    public double MaxCategoryShare { get; set; } = 1;

    /// <summary>A click within this time after an item was shown counts for it. 30 minutes.</summary>
    public TimeSpan AttributionWindow { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Each variant's share of the visitors, any positive number; every visitor is in one. "default" alone by default.
    /// </summary>
    public Dictionary<string, double> Variants { get; set; } = new(StringComparer.Ordinal) { ["default"] = 1 };

    /// <summary>Everything that is wrong, a sentence each, with the option's name; empty if nothing is.</summary>
    public IReadOnlyList<string> Validate() => [.. Errors()];

    internal double Weight(InteractionKind kind) => kind switch
    {
        InteractionKind.Cart => CartWeight,
        InteractionKind.Purchase => PurchaseWeight,
        _ => 1,
    };

    private IEnumerable<string> Errors()
    {
        foreach (var error in Visitors.Errors())
            yield return $"{nameof(Visitors)}:{error}";
        foreach (var (name, weight) in Methods)
        {
            if (!MethodNames.All.Contains(name))
                yield return $"{nameof(Methods)}:{name} is no method; there are: {string.Join(", ", MethodNames.All)}.";
            if (!(weight >= 0 && double.IsFinite(weight)))
                yield return $"{nameof(Methods)}:{name} is {weight}; it must be 0 or more.";
        }

        if (!Methods.Values.Any(static weight => weight > 0))
            yield return $"{nameof(Methods)} has no weight above 0.";
        if (Variants.Count == 0)
            yield return $"{nameof(Variants)} is empty; one is needed.";
        foreach (var (name, share) in Variants.Where(static variant => !(variant.Value > 0 && double.IsFinite(variant.Value))))
            yield return $"{nameof(Variants)}:{name} is {share}; it must be above 0.";
        foreach (var (name, value, least, most) in Numbers())
        {
            if (!(value >= least && value <= most))
                yield return $"{name} is {value}; it must be {least} to {most}.";
        }

        if (!(MaxCategoryShare > 0 && MaxCategoryShare <= 1))
            yield return $"{nameof(MaxCategoryShare)} is {MaxCategoryShare}; it must be above 0 and at most 1.";
        foreach (var (name, value) in Times())
        {
            if (value <= TimeSpan.Zero)
                yield return $"{name} is {value}; it must be above 0.";
        }
    }

    private IEnumerable<(string, double, double, double)> Numbers() =>
    [
        (nameof(ContextItems), ContextItems, 1, 50),
        (nameof(CartWeight), CartWeight, 0, 100),
        (nameof(PurchaseWeight), PurchaseWeight, 0, 100),
        (nameof(SampledSessions), SampledSessions, 1, 10_000),
        (nameof(Neighbours), Neighbours, 1, 10_000),
        (nameof(CoOccurrenceItems), CoOccurrenceItems, 1, 50),
        (nameof(InverseFrequencyWeight), InverseFrequencyWeight, 0, 100),
        (nameof(TrendingCapacity), TrendingCapacity, 1, 1_000_000),
        (nameof(ExcludeNewest), ExcludeNewest, 0, 50),
    ];

    private IEnumerable<(string, TimeSpan)> Times() =>
    [
        (nameof(SessionHalfLife), SessionHalfLife),
        (nameof(CoOccurrenceHalfLife), CoOccurrenceHalfLife),
        (nameof(TrendingHalfLife), TrendingHalfLife),
        (nameof(ReminderHalfLife), ReminderHalfLife),
        (nameof(NewItemHalfLife), NewItemHalfLife),
        (nameof(AttributionWindow), AttributionWindow),
    ];
}
