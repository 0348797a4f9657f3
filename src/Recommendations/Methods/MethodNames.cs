namespace Recommendations.Methods;

/// <summary>The methods that come with the library.</summary>
public static class MethodNames
{
    public const string NearestSessions = "nearest-sessions";
    public const string ItemToItem = "item-to-item";
    public const string Reminders = "reminders";
    public const string Trending = "trending";
    public const string NewItems = "new-items";

    public static readonly IReadOnlyList<string> All = [NearestSessions, ItemToItem, Reminders, Trending, NewItems];

    internal static IRecommendationMethod Create(string name, RecommendationOptions options) => name switch
    {
        NearestSessions => new NearestSessions(options),
        ItemToItem => new ItemToItem(options),
        Reminders => new Reminders(options),
        Trending => new TrendingNow(),
        NewItems => new NewItems(options),
        _ => throw new ArgumentException($"There is no method {name}; there are: {string.Join(", ", All)}.", nameof(name)),
    };
}
