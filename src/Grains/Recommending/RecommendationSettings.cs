using Grains.Fields;
using Recommendations;
using Recommendations.Methods;

namespace Grains.Recommending;

/// <summary>Recommendations in a silo. Bound from section <c>Recommendations</c>; equal in all silos of a cluster.</summary>
public sealed class RecommendationSettings : RecommendationOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Recommendations";

    /// <summary>The silo's own default for <see cref="RecommendationOptions.TrendingCapacity"/>: a shard is written whole.</summary>
    public RecommendationSettings() => TrendingCapacity = 5_000;

    /// <summary>Whether the topics below are read. By default only with demo traffic.</summary>
    public bool? Enabled { get; set; }

    /// <summary>What visitors do, JSON. interactions.</summary>
    public string InteractionsTopic { get; set; } = "interactions";

    /// <summary>What visitors' sessions tell items; made if it is missing. item-notices.</summary>
    public string NoticesTopic { get; set; } = "item-notices";

    /// <summary>What items tell the shards of what trends; made if it is missing. item-counts.</summary>
    public string CountsTopic { get; set; } = "item-counts";

    /// <summary>What silos have shown and visitors have clicked; made if it is missing. recommendation-feedback.</summary>
    public string FeedbackTopic { get; set; } = "recommendation-feedback";

    /// <summary>Items with attributes and availability, JSON, keyed by item; to be compacted. catalogue.</summary>
    public string CatalogueTopic { get; set; } = "catalogue";

    /// <summary>JSON path of the visitor in an interaction. visitor.</summary>
    public string VisitorPath { get; set; } = "visitor";

    /// <summary>JSON path of the item. item.</summary>
    public string ItemPath { get; set; } = "item";

    /// <summary>JSON path of the session, which may be missing. session.</summary>
    public string SessionPath { get; set; } = "session";

    /// <summary>JSON path of what was done. type.</summary>
    public string TypePath { get; set; } = "type";

    /// <summary>JSON path of the time: a number of seconds or milliseconds, or text in ISO 8601. ts.</summary>
    public string TimePath { get; set; } = "ts";

    /// <summary>What the types mean; an interaction of another type becomes a dead letter. view, cart, purchase.</summary>
    public Dictionary<string, InteractionKind> Types { get; set; } = new(StringComparer.Ordinal)
    {
        ["view"] = InteractionKind.View,
        ["cart"] = InteractionKind.Cart,
        ["purchase"] = InteractionKind.Purchase,
    };

    /// <summary>
    /// Shards of what trends, and of the feedback counters, 1 to 256. When it changes, what trends is doubled until it has
    /// decayed. 8.
    /// </summary>
    public int TrendingShards { get; set; } = 8;

    /// <summary>How old what trends may be in a silo. 5 seconds.</summary>
    public TimeSpan TrendingInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The file of business rules, from where the silo is started; none: there are none. Checked at the start.</summary>
    public string? Rules { get; set; }

    /// <summary>Weights of methods in place of <see cref="RecommendationOptions.Methods"/>, by variant.</summary>
    public Dictionary<string, Dictionary<string, double>> VariantMethods { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Everything that is wrong, each with its configuration key; empty if nothing is.</summary>
    public IReadOnlyList<string> Errors() => [.. Validate().Concat(OwnErrors()).Select(error => $"{Section}:{error}")];

    private IEnumerable<string> OwnErrors()
    {
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [
                (nameof(InteractionsTopic), InteractionsTopic), (nameof(NoticesTopic), NoticesTopic),
                (nameof(CountsTopic), CountsTopic), (nameof(FeedbackTopic), FeedbackTopic), (nameof(CatalogueTopic), CatalogueTopic),
            ])
        {
            if (string.IsNullOrWhiteSpace(value)) yield return $"{name} is missing.";
        }

        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [
                (nameof(VisitorPath), VisitorPath), (nameof(ItemPath), ItemPath), (nameof(SessionPath), SessionPath),
                (nameof(TypePath), TypePath), (nameof(TimePath), TimePath),
            ])
        {
            if (!PathNode.IsPath(value)) yield return $"{name} is '{value}': expected a path such as 'item' or 'payload.item'.";
        }

        if (Types.Count == 0) yield return $"{nameof(Types)} is empty; one is needed.";
        foreach (var (type, kind) in Types)
        {
            if (!Enum.IsDefined(kind)) yield return $"{nameof(Types)}:{type} is {kind}; expected {string.Join(", ", Enum.GetNames<InteractionKind>())}.";
        }

        if (TrendingShards is < 1 or > 256) yield return $"{nameof(TrendingShards)} is {TrendingShards}; it must be 1 to 256.";
        if (TrendingInterval <= TimeSpan.Zero) yield return $"{nameof(TrendingInterval)} is {TrendingInterval}; it must be above 0.";
        foreach (var (variant, methods) in VariantMethods)
        {
            if (!Variants.ContainsKey(variant)) yield return $"{nameof(VariantMethods)}:{variant} is no variant; there are: {string.Join(", ", Variants.Keys)}.";
            foreach (var (method, weight) in methods)
            {
                if (!MethodNames.All.Contains(method)) yield return $"{nameof(VariantMethods)}:{variant}:{method} is no method; there are: {string.Join(", ", MethodNames.All)}.";
                if (!(weight >= 0 && double.IsFinite(weight))) yield return $"{nameof(VariantMethods)}:{variant}:{method} is {weight}; it must be 0 or more.";
            }
        }
    }
}
