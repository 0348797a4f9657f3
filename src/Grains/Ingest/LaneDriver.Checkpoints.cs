using Checkpointing;
using Microsoft.Extensions.Logging;

namespace Grains.Ingest;

/// <summary>When and how a lane checkpoints.</summary>
internal sealed partial class LaneDriver
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private TimeSpan Interval => options.CheckpointInterval == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : options.CheckpointInterval;

    /// <summary>Between 0 and 1, and different from lane to lane, so that they do not all flush at once.</summary>
    private double Share => ((id.Partition * 31) + id.Lane) * 0.6180339887 % 1;

    private void Arm(TimeSpan due) => _timer?.Change(due, Timeout.InfiniteTimeSpan);

    private bool HoldsTooMuch => _ledger.HeldBytes > options.MaxHeldBytes || _ledger.Held > options.MaxHeldRecords;

    private async Task TickAsync()
    {
        if (stopping.IsCancellationRequested) return;
        PassTime();
        var isDue = IsCheckpointDue();
        _isBusy = false;
        if (isDue)
        {
            var started = time.GetTimestamp();
            await CheckpointAsync();
            _checkpointedAt = time.GetTimestamp();
            _pause = Max(
                options.BusyCheckpointInterval,
                Min(time.GetElapsedTime(started, _checkpointedAt) * 3, options.MaxCheckpointInterval));
        }

        Arm(_flushFailed || HoldsTooMuch ? RetryPause : Interval);
    }

    /// <summary>
    /// A busy lane gathers what it writes, the longer the longer a checkpoint takes. Nothing is gained by that when no window
    /// has come since the last tick.
    /// </summary>
    private bool IsCheckpointDue() => !_isBusy || _flushFailed || HoldsTooMuch || time.GetElapsedTime(_checkpointedAt) >= _pause;

    /// <summary>Flushes every entity that was touched since, and tells the reader what is durable now.</summary>
    private async Task CheckpointAsync()
    {
        if (_checkpointing) return;
        _checkpointing = true;
        try
        {
            var touched = new List<LaneEntity<EntityTarget>>();
            _ledger.TakeTouched(touched);
            var wasFailing = _flushFailed;
            _flushFailed = false;
            await FlushAllAsync(touched, wasFailing);
            SendOutputs();
            DeliverSoon(); // to entities whose flush has shown that their memory is gone
            _reader?.Answer(id.Lane, _ledger.Answer);
        }
        finally
        {
            _checkpointing = false;
        }
    }

    private async Task FlushAllAsync(List<LaneEntity<EntityTarget>> touched, bool isReported)
    {
        var calls = new Queue<(LaneEntity<EntityTarget> Entity, ValueTask<FlushAnswer> Call)>();
        foreach (var some in touched.Chunk(Math.Min(MaxAtOnce, options.MaxConcurrentFlushes)))
        {
            while (calls.Count + some.Length > options.MaxConcurrentFlushes) await EndFlushAsync(calls.Dequeue(), isReported);
            await turns.BeginAsync();
            try
            {
                // Each is written out here, unless it is a call.
                foreach (var entity in some) calls.Enqueue((entity, Flush(entity)));
            }
            finally
            {
                turns.End();
            }
        }

        while (calls.Count > 0) await EndFlushAsync(calls.Dequeue(), isReported);
    }

    private ValueTask<FlushAnswer> Flush(LaneEntity<EntityTarget> entity)
    {
        try
        {
            return entity.Tag.FlushAsync(_source, _ledger.ReleasedOf(entity));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<FlushAnswer>(e);
        }
    }

    private async ValueTask EndFlushAsync((LaneEntity<EntityTarget> Entity, ValueTask<FlushAnswer> Call) flush, bool isReported)
    {
        try
        {
            _ledger.Flushed(flush.Entity, await flush.Call);
        }
        catch (Exception e)
        {
            _ledger.FlushFailed(flush.Entity);
            if (!isReported && !_flushFailed) LogFlushFailed(logger, e, id.ToString());
            _flushFailed = true;
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a < b ? b : a;

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: an entity could not be flushed; it will be tried again")]
    private static partial void LogFlushFailed(ILogger logger, Exception exception, string lane);
}
