using System.Collections.Concurrent;
using System.Text;
using Checkpointing;

namespace Grains.Timers;

/// <summary>What scans have found for each lane, until the lane takes it. Bounded by what one scan of each kind finds.</summary>
internal sealed class DueInbox
{
    private readonly ConcurrentDictionary<(string Scan, string Source, int Lane), IReadOnlyList<DueEntity>> _found = new();

    /// <summary>Gives the lanes what a new scan of that name has found, in place of what they have not taken of the one before.</summary>
    public void Put(string scan, IEnumerable<(ILaneReader Reader, DueEntity Entity)> found)
    {
        foreach (var lane in found.GroupBy(of => (of.Reader, Lane: of.Reader.LaneOf(Encoding.UTF8.GetBytes(of.Entity.Entity.Key)))))
        {
            _found[(scan, lane.Key.Reader.Source, lane.Key.Lane)] = [.. lane.Select(of => of.Entity)];
            lane.Key.Reader.Wake(lane.Key.Lane);
        }
    }

    public IReadOnlyList<DueEntity> Take(string source, int lane)
    {
        // Asked at every window, and nearly always empty: nothing is made then.
        var (timers, behind) = (Take(nameof(TimerScan), source, lane), Take(nameof(VersionScan), source, lane));
        return behind.Count == 0 ? timers : [.. timers, .. behind];
    }

    /// <summary>Forgets what a scan has found for sources that this silo does not read any more.</summary>
    public void KeepOnly(string scan, IReadOnlySet<string> sources)
    {
        foreach (var key in _found.Keys.Where(key => key.Scan == scan && !sources.Contains(key.Source))) _found.TryRemove(key, out _);
    }

    private IReadOnlyList<DueEntity> Take(string scan, string source, int lane) =>
        _found.TryRemove((scan, source, lane), out var found) ? found : [];
}
