namespace Recommendations.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(new RecommendationOptions().Validate());

    public static TheoryData<string, Action<RecommendationOptions>> Wrong => new()
    {
        { "Visitors:SessionGap", options => options.Visitors.SessionGap = TimeSpan.Zero },
        { "Visitors:MaxAhead", options => options.Visitors.MaxAhead = TimeSpan.FromSeconds(-1) },
        { "Visitors:Retention", options => options.Visitors.Retention = TimeSpan.FromMinutes(1) },
        { "Visitors:MaxSessions", options => options.Visitors.MaxSessions = 0 },
        { "Methods:magic", options => options.Methods["magic"] = 1 },
        { "Methods:trending", options => options.Methods["trending"] = double.NaN },
        { "Methods has", options => options.Methods.Clear() },
        { "Variants is", options => options.Variants.Clear() },
        { "Variants:b", options => options.Variants["b"] = 0 },
        { "ContextItems", options => options.ContextItems = 51 },
        { "Neighbours", options => options.Neighbours = 0 },
        { "MaxCategoryShare", options => options.MaxCategoryShare = 0 },
        { "TrendingHalfLife", options => options.TrendingHalfLife = TimeSpan.Zero },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_named(string start, Action<RecommendationOptions> break_)
    {
        var options = new RecommendationOptions();
        break_(options);
        Assert.StartsWith(start, Assert.Single(options.Validate()));
    }
}
