using Microsoft.Extensions.Options;

namespace Grains.Ingest;

/// <summary>
/// The turns in which this silo's lanes deliver and flush: so many at a time, however many lanes are behind, one after the other for the
/// rest. What else the silo's thread pool has to do, such as a query, which stands in its line at each of its steps, finds a worker
/// between them. Safe from any thread.
/// </summary>
internal sealed class LaneTurns(IOptions<IngestOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Queue<IThreadPoolWorkItem> _waiting = new();
    private int _free = options.Value.MaxWorkingLanes;

    /// <summary>Begins a turn if there may be one more now. It ends by <see cref="End"/>, as each does.</summary>
    public bool TryBegin()
    {
        lock (_gate)
        {
            if (_free == 0) return false;
            _free--;
            return true;
        }
    }

    /// <summary>Has something executed by the pool once there may be one more turn, which is its.</summary>
    public void BeginLater(IThreadPoolWorkItem turn)
    {
        lock (_gate)
        {
            if (!TryBegin())
            {
                _waiting.Enqueue(turn);
                return;
            }
        }

        Execute(turn);
    }

    /// <summary>Completes when a turn has begun for the caller.</summary>
    public Task BeginAsync()
    {
        var turn = new AwaitedTurn();
        BeginLater(turn);
        return turn.Task;
    }

    /// <summary>A turn is over; the next one begins.</summary>
    public void End()
    {
        IThreadPoolWorkItem? next;
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out next)) _free++;
        }

        if (next is not null) Execute(next);
    }

    // Behind what the pool has to do already. A worker prefers what its own work has begun, and a turn begins the next one.
    private static void Execute(IThreadPoolWorkItem turn) => ThreadPool.UnsafeQueueUserWorkItem(turn, preferLocal: false);

    private sealed class AwaitedTurn : TaskCompletionSource, IThreadPoolWorkItem
    {
        void IThreadPoolWorkItem.Execute() => SetResult();
    }
}
