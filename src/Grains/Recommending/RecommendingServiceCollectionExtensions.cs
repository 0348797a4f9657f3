using Grains.Entities;
using Microsoft.Extensions.DependencyInjection;
using Recommendations.Methods;

namespace Grains.Recommending;

/// <summary>Adds recommendations to a silo.</summary>
public static class RecommendingServiceCollectionExtensions
{
    /// <summary>
    /// Adds visitors, items, what trends and feedback as kinds of entity on the topics of the settings. Whoever reads the catalogue
    /// fills the <see cref="Catalogue"/>; whoever sends outputs empties the <see cref="FeedbackTally"/>.
    /// </summary>
    /// <param name="rules">Of the file that the settings name.</param>
    /// <exception cref="OrleansConfigurationException">A setting is wrong; the message names all that are.</exception>
    public static IServiceCollection AddRecommendations(
        this IServiceCollection services, RecommendationSettings settings, params IEnumerable<IRerankRule> rules)
    {
        if (settings.Errors() is { Count: > 0 } errors) throw new OrleansConfigurationException(string.Join(Environment.NewLine, errors));
        EntityClass[] classes =
        [
            new(typeof(VisitorGrain), new("visitor") { Topic = settings.InteractionsTopic, KeyPath = settings.VisitorPath }),
            new(typeof(ItemGrain), new("item") { Topic = settings.NoticesTopic, IsFedByEntities = true }),
            new(typeof(TrendingShardGrain), new("trending-shard") { Topic = settings.CountsTopic, IsFedByEntities = true }),
            new(typeof(FeedbackShardGrain), new("feedback-shard") { Topic = settings.FeedbackTopic, IsFedByEntities = true }),
        ];
        foreach (var one in classes) services.AddSingleton(one);
        foreach (var rule in rules) services.AddSingleton(rule);
        return services
            .AddSingleton(settings)
            .AddSingleton<Catalogue>()
            .AddSingleton<FeedbackTally>()
            .AddSingleton<RecommendationMetrics>()
            .AddSingleton<RecommendingServices>();
    }
}
