using Microsoft.Extensions.Logging;
using Recommendations.Feedback;
using Recommendations.Methods;

namespace Grains.Recommending;

/// <summary>What the grains of recommendations share in a silo.</summary>
internal sealed class RecommendingServices
{
    private readonly Variants _variants;
    private readonly Dictionary<string, Recommender> _recommenders;

    public RecommendingServices(
        RecommendationSettings settings, Catalogue catalogue, FeedbackTally shown, IEnumerable<IRerankRule> rules,
        RecommendationMetrics metrics, ILogger<RecommendingServices> logger)
    {
        (Settings, Catalogue, Shown, Metrics, Logger) = (settings, catalogue, shown, metrics, logger);
        Interactions = new(settings, catalogue);
        _variants = new(settings.Variants);
        _recommenders = settings.Variants.Keys.ToDictionary(
            variant => variant, variant => new Recommender(settings, settings.VariantMethods.GetValueOrDefault(variant), rules), StringComparer.Ordinal);
    }

    public RecommendationSettings Settings { get; }

    public Catalogue Catalogue { get; }

    public FeedbackTally Shown { get; }

    public InteractionDecoder Interactions { get; }

    public ActiveItems Items { get; } = new();

    public RecommendationMetrics Metrics { get; }

    public ILogger Logger { get; }

    /// <summary>What trends, as of the last time that it was looked at in this silo.</summary>
    public TrendingView Trending { get; } = new();

    public string VariantOf(string visitor) => _variants.Of(visitor);

    /// <exception cref="ArgumentException">There is no such variant.</exception>
    public Recommender RecommenderOf(string variant) => _recommenders.TryGetValue(variant, out var recommender)
        ? recommender
        : throw new ArgumentException($"There is no variant '{variant}'; there are: {string.Join(", ", _recommenders.Keys)}.", nameof(variant));
}
