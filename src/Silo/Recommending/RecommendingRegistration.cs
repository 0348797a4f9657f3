using Grains.Recommending;
using Recommendations.Reranking;
using Rules.Language;
using Silo.Configuration;
using Silo.Demo;
using Silo.Hosting;

namespace Silo.Recommending;

internal static class RecommendingRegistration
{
    /// <summary>Recommendations, where <c>Recommendations:Enabled</c> or the demo turns them on.</summary>
    public static WebApplicationBuilder AddRecommendations(this WebApplicationBuilder builder)
    {
        var settings = builder.Read<RecommendationSettings>(RecommendationSettings.Section);
        var isDemo = builder.HasDemoTraffic();
        if (!(settings.Enabled ?? isDemo)) return builder;
        builder.Services.AddRecommendations(settings, RulesOf(settings));
        builder.Services.AddSingleton(new FollowedTopic(settings.CatalogueTopic));
        builder.Services.AddHostedService<CatalogueReader>();
        builder.Services.AddHostedService<FeedbackSender>();
        if (isDemo) builder.Services.AddHostedService<DemoShop>();
        return builder;
    }

    private static IEnumerable<RerankRules> RulesOf(RecommendationSettings settings)
    {
        if (settings.Rules is not { Length: > 0 } path) return [];
        try
        {
            return [RerankRules.Parse(path, File.ReadAllText(Path.GetFullPath(path)))];
        }
        catch (Exception e) when (e is RuleException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{RecommendationSettings.Section}:Rules is '{path}': {e.Message}", e);
        }
    }
}
