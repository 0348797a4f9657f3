using System.Text;
using Grains.Recommending;
using Kafka.Streaming;
using Recommendations.Methods;

namespace Silo.Recommending;

/// <summary>
/// Keeps this silo's copy of the catalogue: every query looks up many items at once, so each silo has them all in memory. The
/// compacted topic is their durable place; the last record of an item counts, so reading one again does no harm.
/// </summary>
internal sealed partial class CatalogueReader(
    TopicFollower follower, Catalogue catalogue, RecommendationSettings settings, TimeProvider time,
    ILogger<CatalogueReader> logger) : BackgroundService
{
    private static readonly TimeSpan LogPause = TimeSpan.FromSeconds(10);

    private long? _lastLogged;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        follower.FollowAsync(settings.CatalogueTopic, Take, stoppingToken);

    private void Take(byte[]? key, byte[]? value, long timestamp)
    {
        var item = key is null ? null : Encoding.UTF8.GetString(key);
        if (value is null && item is not null)
        {
            catalogue.Remove(item);
            return;
        }

        if (CatalogueRecord.TryRead(item, value, timestamp, catalogue, out var entry, out var problem)) catalogue.Set(entry);
        else Report(item, problem);
    }

    private void Report(string? item, string problem)
    {
        if (_lastLogged is { } last && time.GetElapsedTime(last) < LogPause) return;
        _lastLogged = time.GetTimestamp();
        LogRefused(logger, settings.CatalogueTopic, item ?? "(no key)", problem, LogPause.TotalSeconds);
    }

    [LoggerMessage(LogLevel.Warning, "Topic {Topic}: the record of item {Item} is no catalogue entry: {Problem}. Further ones are told of every {Pause} s")]
    private static partial void LogRefused(ILogger logger, string topic, string item, string problem, double pause);
}
