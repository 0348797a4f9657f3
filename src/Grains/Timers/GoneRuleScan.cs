using Checkpointing;
using Grains.Entities;
using Microsoft.Extensions.Logging;

namespace Grains.Timers;

/// <summary>
/// Looks through the rows for active alerts of rules that the newest version lacks, of the partitions that this silo reads: once
/// a partition has come to a version, and every 30 s as long as there are any. Their entities are told that time has passed, as
/// they are when a timer is due: by that they come to the version, which ends such alerts, though no event comes.
/// </summary>
internal sealed partial class GoneRuleScan(
    IEntityStore store, ILaneReaders readers, KindBindings kinds, DueInbox inbox, TimeProvider time, ILogger<GoneRuleScan> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly DueTimes AtOnce = new(0, 0);

    private readonly ScannedSources<Scanned> _scanned = new(nameof(GoneRuleScan), inbox);

    public void Participate(ISiloLifecycle lifecycle) =>
        SiloLoop.Run(lifecycle, nameof(GoneRuleScan), Pause, time, ScanAsync, e => LogFailed(logger, e));

    /// <summary>One look, of those partitions that it is time for.</summary>
    internal async Task ScanAsync(CancellationToken cancellationToken)
    {
        var own = readers.All.Where(reader => kinds.OfTopic(reader.Topic).IsVersioned).ToList();
        _scanned.KeepOnly(own);
        var versions = own.Where(IsTime).DistinctBy(reader => reader.Place)
            .ToDictionary(reader => reader.Place, reader => (Reader: reader, reader.Clock.Version));
        if (versions.Count == 0) return;
        var found = new List<(ILaneReader, DueEntity)>();
        await foreach (var (entity, sources, alerts) in store.FindAlertsAsync(after: null, cancellationToken))
        {
            if (kinds.Find(entity.Kind) is not { } kind || !kind.HasGoneRules(alerts)) continue;
            foreach (var source in sources.Where(versions.ContainsKey))
                found.Add((versions[source].Reader, new DueEntity(entity, source, AtOnce)));
        }

        inbox.Put(nameof(GoneRuleScan), found);
        var left = found.Select(of => of.Item1.Source).ToHashSet();
        foreach (var (reader, version) in versions.Values) _scanned.Set(reader, new(time.GetTimestamp(), version, left.Contains(reader.Source)));
    }

    private bool IsTime(ILaneReader reader)
    {
        // Nothing is gone in the first version. A partition that is behind has other alerts when it has caught up.
        if (reader.Clock is not { IsCaughtUp: true, Version: > 1 and var version }) return false;
        return !_scanned.TryGet(reader, out var last) || last.Version != version
            || (last.HasFound && time.GetElapsedTime(last.At) >= Interval);
    }

    private readonly record struct Scanned(long At, long Version, bool HasFound);

    [LoggerMessage(LogLevel.Warning, "The rows could not be looked through for alerts of rules that are gone; trying on")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
