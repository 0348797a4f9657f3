using Grains.Recommending;
using Microsoft.Extensions.DependencyInjection;

namespace Grains.Tests.Recommending;

public sealed class RecommendationSettingsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(new RecommendationSettings().Errors());

    [Fact]
    public void Everything_that_is_wrong_is_named_with_its_key()
    {
        var settings = new RecommendationSettings { CatalogueTopic = "", ItemPath = "a..b", TrendingShards = 0, TrendingInterval = default, ContextItems = 0 };
        settings.Types["view"] = (Recommendations.InteractionKind)9;
        settings.VariantMethods["b"] = new() { ["magic"] = -1 };
        string[] keys =
        [
            "ContextItems", "CatalogueTopic", "ItemPath", "Types:view", "TrendingShards", "TrendingInterval", "VariantMethods:b ",
            "VariantMethods:b:magic ", "VariantMethods:b:magic ",
        ];
        var errors = settings.Errors();
        Assert.Equal(keys.Length, errors.Count);
        Assert.All(keys.Zip(errors), pair => Assert.StartsWith($"Recommendations:{pair.First}", pair.Second, StringComparison.Ordinal));
        var thrown = Assert.Throws<OrleansConfigurationException>(() => new ServiceCollection().AddRecommendations(settings));
        Assert.Contains("TrendingShards", thrown.Message, StringComparison.Ordinal);
    }
}
