using Grains.Recommending;
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
        builder.Services.AddRecommendations(settings);
        builder.Services.AddSingleton(new FollowedTopic(settings.CatalogueTopic));
        builder.Services.AddHostedService<CatalogueReader>();
        builder.Services.AddHostedService<FeedbackSender>();
        if (isDemo) builder.Services.AddHostedService<DemoShop>();
        return builder;
    }
}
