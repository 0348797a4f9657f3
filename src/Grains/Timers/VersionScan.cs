using Checkpointing;
using Grains.Entities;
using Grains.Kinds;
using Microsoft.Extensions.Logging;
using Rules.Engine;

namespace Grains.Timers;

/// <summary>
/// Looks through the rows for entities that a newer version of the rules matters to before their next event, of the partitions that
/// this silo reads: once a partition has come to a version, and every 30 s as long as there are any. They are told that time has passed,
/// as they are when a timer is due: by that they come to the version, which ends the alerts of rules that are gone and arms what is new.
/// At most <see cref="MostATurn"/> a second, for they may be all that were ever seen.
/// </summary>
internal sealed partial class VersionScan(
    IEntityStore store, ILaneReaders readers, KindBindings kinds, RuleVersions rules, DueInbox inbox, TimeProvider time, ILogger<VersionScan> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private const int MostATurn = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly DueTimes AtOnce = new(DueTimes.Never, 0);

    private readonly ScannedSources<Scanned> _scanned = new(nameof(VersionScan), inbox);

    public void Participate(ISiloLifecycle lifecycle) =>
        SiloLoop.Run(lifecycle, nameof(VersionScan), Pause, time, ScanAsync, e => LogFailed(logger, e));

    /// <summary>One look, of those partitions that it is time for; given up when it is time for others, too.</summary>
    internal async Task ScanAsync(CancellationToken cancellationToken)
    {
        _scanned.KeepOnly(readers.All);
        var due = Due();
        if (due.Count == 0) return;
        var changes = new Dictionary<(string Kind, long Version), RuleChange>();
        var found = new List<(ILaneReader, DueEntity)>();
        var left = new HashSet<string>();
        await foreach (var entity in store.FindBehindAsync(due.Values.Max(of => of.Version), cancellationToken))
        {
            if (!due.TryGetValue(entity.Source, out var of) || entity.Version >= of.Version) continue;
            var step = (entity.Entity.Kind, entity.Version);
            if (!changes.TryGetValue(step, out var change))
                changes.Add(step, change = new(ProgramOf(rules.Newest, step.Kind), ProgramOf(await rules.GetAsync(step.Version, cancellationToken), step.Kind)));
            if (!change.MattersTo(entity)) continue;
            found.Add((of.Reader, new DueEntity(entity.Entity, entity.Source, AtOnce)));
            left.Add(entity.Source);
            if (found.Count < MostATurn) continue;
            inbox.Put(nameof(VersionScan), found);
            found.Clear();
            await Task.Delay(Pause, time, cancellationToken);
            if (!Due().ToHashSet().SetEquals(due)) return;
        }

        inbox.Put(nameof(VersionScan), found);
        foreach (var (place, (reader, version)) in due) _scanned.Set(reader, new(time.GetTimestamp(), version, left.Contains(place)));
    }

    private Dictionary<string, (ILaneReader Reader, long Version)> Due() => readers.All
        .Where(reader => kinds.OfTopic(reader.Topic).IsVersioned && IsTime(reader)).DistinctBy(reader => reader.Place)
        .ToDictionary(reader => reader.Place, reader => (reader, reader.Clock.Version));

    private bool IsTime(ILaneReader reader)
    {
        // There is none before the first version. A partition that is behind has other entities when it has caught up.
        if (reader.Clock is not { IsCaughtUp: true, Version: > 1 and var version }) return false;
        return !_scanned.TryGet(reader, out var last) || last.Version != version
            || (last.HasFound && time.GetElapsedTime(last.At) >= Interval);
    }

    private static RuleProgram ProgramOf(KindCatalog kinds, string kind) => kinds.TryGet(kind, out var found) ? found.Rules : RuleProgram.Empty;

    private readonly record struct Scanned(long At, long Version, bool HasFound);

    /// <summary>What entities of a kind and an earlier version come to.</summary>
    private sealed class RuleChange(RuleProgram newest, RuleProgram former)
    {
        private readonly bool _firesMore = newest.FiresMoreThan(former);
        private readonly HashSet<string> _kept = [.. newest.Rules.Select(rule => rule.Name).Where(rule => newest.Keeps(rule, former))];

        public bool MattersTo(BehindEntity entity) => _firesMore
            || (!entity.Alerts.IsEmpty && Snapshots.OfIndex(entity.Alerts).Any(alert => !_kept.Contains(alert.Rule)));
    }

    [LoggerMessage(LogLevel.Warning, "The rows could not be looked through for entities of earlier rules; trying on")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
