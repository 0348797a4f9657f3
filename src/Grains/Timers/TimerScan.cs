using Checkpointing;
using Grains.Entities;
using Microsoft.Extensions.Logging;

namespace Grains.Timers;

/// <summary>
/// Looks through the rows for timers that are due within a minute, of the partitions that this silo reads: when all is read
/// that was in a partition's log at the start, and every 30 s. What it finds it gives to the lanes.
/// </summary>
internal sealed partial class TimerScan(
    IEntityStore store, ILaneReaders readers, KindBindings kinds, DueInbox inbox, TimeProvider time, ILogger<TimerScan> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ScannedSources<Scanned> _scanned = new(nameof(TimerScan), inbox);

    public void Participate(ISiloLifecycle lifecycle) =>
        SiloLoop.Run(lifecycle, nameof(TimerScan), Pause, time, ScanAsync, e => LogFailed(logger, e));

    /// <summary>One look, of those partitions that it is time for.</summary>
    internal async Task ScanAsync(CancellationToken cancellationToken)
    {
        var own = readers.All.Where(reader => kinds.OfTopic(reader.Topic).HasTimers()).ToList();
        _scanned.KeepOnly(own);
        var due = own.Where(IsTime).DistinctBy(reader => reader.Place).ToDictionary(reader => reader.Place);
        if (due.Count == 0) return;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var clocks = due.ToDictionary(place => place.Key, place => place.Value.Clock);
        var until = clocks.ToDictionary(place => place.Key, place => new DueTimes(place.Value.EventTime, now).Plus(LaneTimers.Ahead));
        var found = new List<(ILaneReader, DueEntity)>();
        await foreach (var entity in store.FindDueAsync(until, cancellationToken)) found.Add((due[entity.Source], entity));
        inbox.Put(nameof(TimerScan), found);
        foreach (var (place, reader) in due) _scanned.Set(reader, new(time.GetTimestamp(), clocks[place].IsCaughtUp));
    }

    private bool IsTime(ILaneReader reader)
    {
        if (!_scanned.TryGet(reader, out var last)) _scanned.Set(reader, last = new(time.GetTimestamp(), WasCaughtUp: false));
        return (!last.WasCaughtUp && reader.Clock.IsCaughtUp) || time.GetElapsedTime(last.At) >= Interval;
    }

    private readonly record struct Scanned(long At, bool WasCaughtUp);

    [LoggerMessage(LogLevel.Warning, "The rows could not be looked through for timers; trying on")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
