using System.Collections.Concurrent;

namespace Grains.Ingest;

/// <summary>
/// When the lanes of this silo were started. An entity of this silo that has read its row since then knows all that an
/// earlier start made durable, so its outputs need not wait for its first write.
/// </summary>
internal sealed class LaneStarts
{
    private readonly ConcurrentDictionary<Guid, long> _startedAt = new();

    /// <param name="startedAt">A <see cref="TimeProvider"/>'s time stamp from before the lane took the start.</param>
    public void Add(Guid start, long startedAt) => _startedAt.TryAdd(start, startedAt);

    public void Remove(Guid start) => _startedAt.TryRemove(start, out _);

    /// <summary>Whether the start is one of this silo's and was before the time stamp.</summary>
    public bool IsBefore(Guid start, long timestamp) =>
        _startedAt.TryGetValue(start, out var startedAt) && startedAt < timestamp;
}
