using Recommendations.Methods;
using Recommendations.Reranking;
using Recommendations.Visitors;
using Rules.Language;
using static Recommendations.Tests.Build;

namespace Recommendations.Tests;

public sealed class RerankRulesTests
{
    private const string Header = "attributes: {price: number, brand: text, organic: boolean}\nrules:\n";

    [Theory]
    [InlineData("price > 100 and purchases == 1", 0)]
    [InlineData("price > 200", 1)]
    [InlineData("brand == 'Hill'", 0)]
    [InlineData("brand starts with 'H' and organic", 0)]
    [InlineData("weight > 1 or missing(weight)", 0)]
    [InlineData("weight > 1", 1)]
    [InlineData("age > 2d and added < time", 0)]
    [InlineData("age > 4d", 1)]
    [InlineData("category == session_category and session_item == 'sencha'", 0)]
    [InlineData("bought or in_session", 1)]
    [InlineData("seen == 2 and session_length == 1 and available and in_catalogue", 0)]
    [InlineData("item == 'assam'", 0)]
    [InlineData("not organic", 1)]
    public void An_item_is_excluded_where_the_condition_holds(string when, double factor)
    {
        var rules = RerankRules.Parse("r.yaml", $$"""
            attributes: {price: number, brand: text, organic: boolean, weight: number}
            rules:
              - {name: it, when: "{{when}}", exclude: true}
            """);
        Assert.Equal(factor, rules.Factor("assam", Assam, Request()));
    }

    [Fact]
    public void Boosts_multiply_and_one_that_is_missing_does_nothing()
    {
        var rules = RerankRules.Parse("r.yaml", Header + """
              - {name: dear, boost: price / 60, when: price > 100}
              - {name: half, boost: 0.5}
              - {name: undefined, boost: price / 0}
              - {name: other, boost: 7, when: brand == 'none'}
            """);
        Assert.Equal(1, rules.Factor("assam", Assam, Request()));
        Assert.Equal(0.5, rules.Factor("unknown", null, Request()));
    }

    [Fact]
    public void A_recommendation_obeys_them()
    {
        var catalogue = new Catalogue();
        catalogue.Set(Assam);
        catalogue.Set(new("cup", "dishes", Start));
        var rules = RerankRules.Parse("r.yaml", Header + "  - {name: no tea, when: category == 'tea', exclude: true}");
        var found = new Recommender(new(), rules: rules).Recommend(new() { Count = 5, Now = Start, Catalogue = catalogue });
        Assert.Equal("cup", Assert.Single(found).Item);
    }

    [Theory]
    [InlineData("- {name: a, when: prize > 1, exclude: true}", "r.yaml:3:21: unknown field 'prize'; did you mean 'price'?")]
    [InlineData("- {name: a, when: price, exclude: true}", "r.yaml:3:21: expected a condition such as 'price > 100', got a number")]
    [InlineData("- {name: a, boost: brand}", "r.yaml:3:22: expected a number such as 1.5, got a text")]
    [InlineData("- {name: a, boost: 2, exclude: true, when: organic}", "r.yaml:3:5: expected either 'exclude: true' or 'boost'")]
    [InlineData("- {name: a, when: organic}", "r.yaml:3:5: expected either 'exclude: true' or 'boost'")]
    [InlineData("- {name: a, exclude: true}", "r.yaml:3:5: expected the property 'when'")]
    [InlineData("- {name: a, exclude: maybe, when: organic}", "r.yaml:3:24: expected true, got 'maybe'")]
    [InlineData("- {name: a, boost: 2}\n  - {name: a, boost: 2}", "r.yaml:4:12: there is a rule 'a' already")]
    [InlineData("- {name: a, when: anomaly(price) > 3, exclude: true}", "r.yaml:3:21: windows, patterns")]
    [InlineData("- {name: a, bost: 2}", "r.yaml:3:15: unknown property 'bost'; did you mean 'boost'?")]
    public void An_error_says_where_and_what(string rule, string expected)
    {
        var error = Assert.Throws<RuleException>(() => RerankRules.Parse("r.yaml", Header + "  " + rule));
        Assert.Contains(error.Errors, one => one.ToString().StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void An_attribute_cannot_hide_what_is_known_of_every_item()
    {
        var error = Assert.Throws<RuleException>(() => RerankRules.Parse("r.yaml", "attributes: {age: number}\nrules: []"));
        Assert.StartsWith("r.yaml:1:19: 'age' is known", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_the_documentation_is_right()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Orleans.sln"))) root = Path.GetDirectoryName(root)!;
        var text = File.ReadAllText(Path.Combine(root, "docs", "recommendations.md"));
        var example = text.Split("```yaml\n")[1].Split("```")[0];
        Assert.Equal(1.5 * (1 + (1 / 121.0)), RerankRules.Parse("docs", example).Factor("assam", Assam, Request()), 12);
    }

    private static CatalogueItem Assam => new("assam", "tea", Start - (3 * Day))
    {
        Attributes = new Dictionary<string, object?> { ["price"] = 120.0, ["brand"] = "Hill", ["organic"] = true },
    };

    private static RecommendationRequest Request()
    {
        var catalogue = new Catalogue();
        catalogue.Set(new("sencha", "tea", Start));
        return new()
        {
            Count = 1,
            Now = Start,
            Catalogue = catalogue,
            Context = new(default, [new SessionItem("sencha")]),
            Recent = [new("assam", Start, 2, InteractionKind.View)],
            Purchases = new Dictionary<string, long> { ["cup"] = Start },
        };
    }
}
