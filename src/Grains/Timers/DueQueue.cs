using Checkpointing;

namespace Grains.Timers;

/// <summary>Entities by when they are due, on one clock. At most one place in the queue for each, however often it is put off.</summary>
internal sealed class DueQueue
{
    private const long Never = long.MaxValue;

    private readonly Dictionary<ReadOnlyMemory<byte>, (long Due, long QueuedAt)> _entities = new(KeyBytes.Comparer);
    private readonly PriorityQueue<ReadOnlyMemory<byte>, long> _queue = new();

    public bool IsEmpty => _entities.Count == 0;

    /// <param name="key">UTF-8; kept.</param>
    /// <param name="due">Milliseconds since the Unix epoch; <see cref="long.MaxValue"/>: not any more.</param>
    public void Set(ReadOnlyMemory<byte> key, long due)
    {
        var known = _entities.TryGetValue(key, out var entity);
        if (!known && due == Never) return;
        var queuedAt = known ? entity.QueuedAt : Never;
        if (due < queuedAt) _queue.Enqueue(key, queuedAt = due);
        _entities[key] = (due, queuedAt);
    }

    /// <summary>Takes an entity that is due by then; it is known again when it is set again.</summary>
    public bool TryTake(long until, out ReadOnlyMemory<byte> key)
    {
        while (_queue.TryPeek(out key, out var at) && at <= until)
        {
            _queue.Dequeue();
            if (!_entities.TryGetValue(key, out var entity) || entity.QueuedAt != at) continue; // has come up earlier
            _entities.Remove(key);
            if (entity.Due <= until) return true;
            Set(key, entity.Due);
        }

        return false;
    }
}
