using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Globalization;
using Recommendations.Feedback;
using Recommendations.Methods;
using Microsoft.Extensions.Logging;

namespace Grains.Recommending;

/// <summary>What the grains of recommendations share in a silo.</summary>
internal sealed class RecommendingServices
{
    private readonly Variants _variants;
    private readonly Dictionary<string, Recommender> _recommenders;

    public RecommendingServices(
        RecommendationSettings settings, Catalogue catalogue, RecommendationMetrics metrics, ILogger<RecommendingServices> logger)
    {
        (Settings, Catalogue, Metrics, Logger) = (settings, catalogue, metrics, logger);
        Interactions = new(settings);
        _variants = new(settings.Variants);
        _recommenders = settings.Variants.Keys.ToDictionary(
            variant => variant, variant => new Recommender(settings, settings.VariantMethods.GetValueOrDefault(variant)), StringComparer.Ordinal);
    }

    public RecommendationSettings Settings { get; }

    public Catalogue Catalogue { get; }

    public InteractionDecoder Interactions { get; }

    public RecommendationMetrics Metrics { get; }

    public ILogger Logger { get; }

    /// <summary>What trends, as of the last time that it was looked at in this silo.</summary>
    public TrendingView Trending { get; } = new();

    public string VariantOf(string visitor) => _variants.Of(visitor);

    /// <exception cref="ArgumentException">There is no such variant.</exception>
    public Recommender RecommenderOf(string variant) => _recommenders.TryGetValue(variant, out var recommender)
        ? recommender
        : throw new ArgumentException($"There is no variant '{variant}'; there are: {string.Join(", ", _recommenders.Keys)}.", nameof(variant));

    /// <summary>The shard that an item's count goes to.</summary>
    public string ShardOf(string item) => ShardName((int)(XxHash64.HashToUInt64(MemoryMarshal.AsBytes<char>(item)) % (ulong)Settings.TrendingShards));

    public static string ShardName(int shard) => shard.ToString(CultureInfo.InvariantCulture);
}
