using Grains.Recommending;
using Silo.Configuration;
using Silo.Hosting;

namespace Silo.Recommending;

internal static class RecommendingRegistration
{
    /// <summary>Recommendations, where <c>Recommendations:Enabled</c> turns them on.</summary>
    public static WebApplicationBuilder AddRecommendations(this WebApplicationBuilder builder)
    {
        var settings = builder.Read<RecommendationSettings>(RecommendationSettings.Section);
        if (!settings.Enabled) return builder;
        builder.Services.AddRecommendations(settings);
        builder.Services.AddSingleton(new FollowedTopic(settings.CatalogueTopic));
        builder.Services.AddHostedService<CatalogueReader>();
        return builder;
    }
}
