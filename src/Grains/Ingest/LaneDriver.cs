using System.Text;
using Checkpointing;
using Grains.Timers;
using Microsoft.Extensions.Logging;

namespace Grains.Ingest;

/// <summary>
/// Drives a lane's ledger inside the lane's grain: every await returns to the grain's own scheduler, so the ledger is
/// never entered twice at once, while a checkpoint and a window's delivery may interleave at their awaits.
/// </summary>
internal sealed partial class LaneDriver(
    LaneId id,
    Func<string, EntityTarget> entityOf,
    ILaneReaders readers,
    IOutputs outputs,
    LaneStarts starts,
    LaneTurns turns,
    DueInbox inbox,
    Func<bool> hasTimers,
    IngestOptions options,
    TimeProvider time,
    ILogger logger,
    CancellationToken stopping) : IThreadPoolWorkItem
{
    // On the grain's scheduler, and what has become of it does not matter.
    private const ConfigureAwaitOptions Quietly =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    // Records that are delivered, or entities that are flushed, in one turn if that takes no call.
    private const int MaxAtOnce = 8;

    private readonly LaneLedger<EntityTarget> _ledger = new();
    private ILaneReader? _reader;
    private string _source = "";
    private IGrainTimer? _timer;
    private TaskCompletionSource? _delivered;
    private int _inFlight;
    private bool _deliveryFailed;
    private bool _isWaitingForTurn;
    private TimeSpan _pause;
    private long _checkpointedAt;
    private long _startedAt;
    private Guid _start;
    private bool _isBusy;
    private bool _checkpointing;
    private bool _flushFailed;

    /// <summary>
    /// Takes a window, delivers it, and tells the reader where the lane stands. What takes long goes on behind it: a call of
    /// the stream's must not run into its time limit because many entities are activated, or one hangs.
    /// </summary>
    public async Task TakeAsync(Window window)
    {
        var reader = readers.Find(window.Reader);
        if (reader is null) return; // the reader has stopped: whoever reads the partition now starts the lane anew
        var before = time.GetTimestamp();
        if (_ledger.Take(window, key => entityOf(Encoding.UTF8.GetString(key.Span))))
        {
            _reader = reader;
            _source = window.Source;
            _readerId = window.Reader;
            if (window.IsStart) _startedAt = before;
            _isBusy |= window.Records.Count > 0;
            HoldRefused(window);
            SendOutputs();
            DeliverSoon();
            if (_inFlight > 0 || _isWaitingForTurn) await DeliveredAsync();
            if (options.CheckpointInterval == TimeSpan.Zero) await CheckpointAsync();
            else if (HoldsTooMuch) Arm(TimeSpan.Zero);
        }

        reader.Answer(id.Lane, _ledger.Answer);
        PassTime();
    }

    /// <summary>Starts the lane's checkpoints, each lane at its own moment.</summary>
    public void StartCheckpoints(Func<Func<CancellationToken, Task>, IGrainTimer> createTimer)
    {
        _timer = createTimer(_ => TickAsync());
        _checkpointedAt = time.GetTimestamp();
        _pause = options.BusyCheckpointInterval * Share;
        Arm(Interval * (0.5 + Share));
    }

    /// <summary>Makes durable what can be made so before the grain goes.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        _timer = null;
        starts.Remove(_start);
        if (_ledger.Held == 0 || cancellationToken.IsCancellationRequested) return;
        await CheckpointAsync().WaitAsync(cancellationToken).ConfigureAwait(Quietly);
    }

    private void HoldRefused(Window window)
    {
        foreach (var record in _ledger.TakeRefused())
        {
            _ledger.HoldOutput(
                record.Offset, DeadLetters.Create(window.Topic, window.Partition, record, record.Problem!, stack: null));
        }
    }

    private async Task DeliveredAsync()
    {
        _delivered ??= new();
        await _delivered.Task.WaitAsync(options.MaxWindowDuration, time, stopping).ConfigureAwait(Quietly);
    }

    /// <summary>Starts deliveries while there is room; each that ends goes on with this.</summary>
    private void DeliverReady()
    {
        var atOnce = 0;
        // More calls at once would only wait in the entities' silo, past the time that a call may take.
        while (_inFlight < options.MaxConcurrentDeliveries && !stopping.IsCancellationRequested
            && _ledger.TryTakeReady(out var delivery))
        {
            Announce(delivery.Delivery.Start);
            if (!TryDeliver(delivery))
            {
                _inFlight++;
                _ = DeliverAsync(delivery);
                continue;
            }

            atOnce += delivery.Delivery.Records.Count;
            if (atOnce < MaxAtOnce) continue;
            if (_ledger.HasReady) DeliverLater();
            break;
        }

        if (_inFlight > 0 || _isWaitingForTurn) return;
        _deliveryFailed = false;
        var delivered = _delivered;
        _delivered = null;
        delivered?.SetResult();
    }

    /// <summary>Delivers without a call; false: it has to be a call.</summary>
    private bool TryDeliver(LaneDelivery<EntityTarget> delivery)
    {
        if (_passing > 0) return false; // time may be on its way to the entity, and comes before these records
        DeliveryAnswer? answer;
        try
        {
            answer = delivery.Entity.Tag.TryDeliver(delivery.Delivery);
        }
        catch
        {
            return false; // the call says what is wrong
        }

        if (answer is null) return false;
        TakeAnswer(delivery, answer);
        SendOutputs();
        return true;
    }

    private void TakeAnswer(LaneDelivery<EntityTarget> delivery, DeliveryAnswer answer)
    {
        _ledger.Answered(delivery, answer);
        if (hasTimers()) _timers.Set(delivery.Entity.Key, answer.Due, Now);
    }

    private async Task DeliverAsync(LaneDelivery<EntityTarget> delivery)
    {
        try
        {
            TakeAnswer(delivery, await delivery.Entity.Tag.DeliverAsync(delivery.Delivery));
        }
        catch (Exception e)
        {
            if (!_deliveryFailed) LogDeliveryFailed(logger, e, id.ToString(), delivery.Delivery.Records.Count);
            _deliveryFailed = true;
            await Task.Delay(RetryPause, time, stopping).ConfigureAwait(Quietly);
            _ledger.Failed(delivery);
        }

        SendOutputs();
        _inFlight--;
        if (_ledger.HasReady) DeliverLater();
        else DeliverReady();
    }

    /// <summary>Delivers what is ready: now, if the silo's other lanes leave room for it.</summary>
    private void DeliverSoon()
    {
        if (!_ledger.HasReady) return;
        if (!_isWaitingForTurn && turns.TryBegin()) DeliverInTurn();
        else DeliverLater();
    }

    /// <summary>Goes on behind what the silo's thread pool has to do already, and its other lanes.</summary>
    private void DeliverLater()
    {
        if (_isWaitingForTurn) return;
        _isWaitingForTurn = true;
        turns.BeginLater(this);
    }

    void IThreadPoolWorkItem.Execute() => Schedule(static lane => ((LaneDriver)lane!).DeliverInTurn());

    private void DeliverInTurn()
    {
        _isWaitingForTurn = false;
        try
        {
            DeliverReady();
        }
        finally
        {
            turns.End();
        }
    }

    /// <summary>Has the lane's grain do something; by any thread.</summary>
    private void Schedule(Action<object?> action) =>
        Task.Factory.StartNew(action, this, CancellationToken.None, TaskCreationOptions.None, _scheduler);

    /// <summary>Lets the entities of this silo know when the start was that their deliveries name.</summary>
    private void Announce(Guid start)
    {
        if (start == _start) return;
        starts.Remove(_start);
        _start = start;
        starts.Add(start, _startedAt);
    }

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: an entity did not take a delivery of {Records} records; it will get them again")]
    private static partial void LogDeliveryFailed(ILogger logger, Exception exception, string lane, int records);
}
