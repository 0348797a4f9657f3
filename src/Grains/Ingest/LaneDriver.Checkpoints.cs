using Checkpointing;
using Grains.Entities;
using Microsoft.Extensions.Logging;

namespace Grains.Ingest;

/// <summary>When and how a lane checkpoints.</summary>
internal sealed partial class LaneDriver
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private TimeSpan Interval => options.CheckpointInterval == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : options.CheckpointInterval;

    /// <summary>A share of the interval that differs from lane to lane, so that they do not all flush at once.</summary>
    private TimeSpan StaggeredInterval() => Interval * (0.5 + (((id.Partition * 31) + id.Lane) * 0.6180339887 % 1));

    private void Arm(TimeSpan due) => _timer?.Change(due, Timeout.InfiniteTimeSpan);

    private async Task TickAsync()
    {
        if (_checkpointing || stopping.IsCancellationRequested) return;
        _lastTick = time.GetTimestamp();
        await DeliverAsync(); // what had no answer before
        if (!_failing) await CheckpointAsync();
        if (!_failing) _reported = false;
        var took = time.GetElapsedTime(_lastTick);
        var next = _failing ? RetryPause : took * 3 > Interval ? Min(took * 3, options.MaxCheckpointInterval) : Interval;
        Arm(_ledger.HeldBytes > options.MaxHeldBytes && !_failing ? RetryPause : next);
    }

    /// <summary>Flushes every entity that was touched since, and tells the reader what is durable now.</summary>
    private async Task CheckpointAsync()
    {
        if (_checkpointing) return;
        _checkpointing = true;
        try
        {
            var touched = new List<LaneEntity<IEventTarget>>();
            _ledger.TakeTouched(touched);
            await FlushAllAsync(touched);
            SendOutputs();
            _reader?.Answer(id.Lane, _ledger.Answer);
        }
        finally
        {
            _checkpointing = false;
        }
    }

    private async Task FlushAllAsync(List<LaneEntity<IEventTarget>> touched)
    {
        var calls = new Queue<(LaneEntity<IEventTarget> Entity, ValueTask<FlushAnswer> Call)>();
        foreach (var entity in touched)
        {
            if (calls.Count >= options.MaxConcurrentFlushes) await EndFlushAsync(calls.Dequeue());
            calls.Enqueue((entity, Flush(entity)));
        }

        while (calls.Count > 0) await EndFlushAsync(calls.Dequeue());
    }

    private ValueTask<FlushAnswer> Flush(LaneEntity<IEventTarget> entity)
    {
        try
        {
            return entity.Tag.FlushAsync(_source, _ledger.Durable);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<FlushAnswer>(e);
        }
    }

    private async ValueTask EndFlushAsync((LaneEntity<IEventTarget> Entity, ValueTask<FlushAnswer> Call) flush)
    {
        try
        {
            _ledger.Flushed(flush.Entity, await flush.Call);
        }
        catch (Exception e)
        {
            _ledger.FlushFailed(flush.Entity);
            if (!_reported) LogFlushFailed(logger, e, id.ToString());
            _reported = _failing = true;
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: an entity could not be flushed; it will be tried again")]
    private static partial void LogFlushFailed(ILogger logger, Exception exception, string lane);
}
