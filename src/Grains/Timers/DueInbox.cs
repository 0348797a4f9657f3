using System.Collections.Concurrent;
using Checkpointing;

namespace Grains.Timers;

/// <summary>What a scan has found for each lane, until the lane takes it. Bounded by what one scan finds.</summary>
internal sealed class DueInbox
{
    private readonly ConcurrentDictionary<(string Source, int Lane), IReadOnlyList<DueEntity>> _found = new();

    /// <summary>Puts what a new scan has found in place of what was not taken.</summary>
    public void Put(string source, int lane, IReadOnlyList<DueEntity> found) => _found[(source, lane)] = found;

    public IReadOnlyList<DueEntity> Take(string source, int lane) => _found.TryRemove((source, lane), out var found) ? found : [];

    /// <summary>Forgets what is for sources that this silo does not read any more.</summary>
    public void KeepOnly(IReadOnlySet<string> sources)
    {
        foreach (var key in _found.Keys.Where(key => !sources.Contains(key.Source))) _found.TryRemove(key, out _);
    }
}
