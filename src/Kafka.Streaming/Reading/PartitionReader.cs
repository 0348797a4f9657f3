using System.Threading.Channels;
using Checkpointing;
using Confluent.Kafka;
using Kafka.Streaming.Interop;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Kafka.Streaming.Reading;

/// <summary>
/// One partition in the hands of this silo: the agent's receiver and cache. It hands out woken lanes, and takes the partition
/// over, anew when its topic is another, when records could not be taken in, or when an operator has set an offset.
/// </summary>
internal sealed partial class PartitionReader : IQueueAdapterReceiver, IQueueCache, IDisposable
{
    private static readonly TimeSpan WaitForWoken = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    // Unbounded, but a lane is on it at most once.
    private readonly Channel<int> _woken = Channel.CreateUnbounded<int>(new() { SingleReader = true });
    private readonly Channel<string> _takeOver = Channel.CreateBounded<string>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _stop = new();
    private readonly KafkaStreamServices _services;
    private readonly KafkaTopicOptions _topic;
    private readonly ILogger _logger;
    private readonly int _partition;
    private Task _life = Task.CompletedTask;
    private Task<bool>? _waiting;
    private volatile PartitionBuffer? _buffer;
    private volatile string? _lastError;
    private volatile bool _positionLost;

    public PartitionReader(KafkaStreamServices services, KafkaTopicOptions topic, int partition)
    {
        (_services, _topic, _partition) = (services, topic, partition);
        _logger = services.LoggerFactory.CreateLogger<PartitionReader>();
    }

    public PartitionBuffer? Buffer => _buffer;

    private IRecordVersions? Versions => _topic.IsVersioned ? _services.Versions : null;

    public Task Initialize(TimeSpan timeout)
    {
        // Not awaited: a broker that is away must hold up neither the agent nor the silo.
        _life = Task.Run(LiveAsync);
        _services.Health.Add(this, Health);
        return Task.CompletedTask;
    }

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        // Waits for a while so that the agent comes back at once instead of after its timer.
        _waiting ??= _woken.Reader.WaitToReadAsync().AsTask();
        if (!_waiting.IsCompleted)
            await Task.WhenAny(_waiting, Task.Delay(WaitForWoken)).ConfigureAwait(false);
        if (!_waiting.IsCompleted)
            return [];
        _waiting = null;
        var signals = new List<IBatchContainer>();
        while (_woken.Reader.TryRead(out var lane))
        {
            if (_buffer is { } buffer)
                signals.Add(buffer.WakeSignal(lane));
        }
        return signals;
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public async Task Shutdown(TimeSpan timeout)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _woken.Writer.TryComplete();
        await _life.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_buffer is { } buffer)
        {
            await _services.Consumer.StopAsync(buffer).ConfigureAwait(false);
            try
            {
                await _services.Committer.CommitLastAsync(buffer).WaitAsync(timeout).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                LogLastCommitFailed(buffer.Source, buffer.State.Committable, timeout);
            }
            Leave(buffer);
        }
        Dispose();
    }

    public void Dispose()
    {
        _services.Health.Remove(this);
        _stop.Dispose();
    }

    public int GetMaxAddCount() => int.MaxValue;

    public void AddToCache(IList<IBatchContainer> messages)
    {
    }

    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        purgedItems = [];
        return false;
    }

    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token) =>
        new LaneCursor(this, LaneId.Parse(streamId.GetKeyAsString()).Lane);

    public QueueCacheCursorResult<IQueueCacheCursor> TryGetCacheCursor(StreamId streamId, StreamSequenceToken? token) =>
        QueueCacheCursorResult<IQueueCacheCursor>.FromCursor(GetCacheCursor(streamId, token));

    public QueueCacheCursorResult<IQueueCacheCursor> TryGetCacheCursorAtPosition(
        StreamId streamId, StreamSubscriptionStartPosition startPosition) => TryGetCacheCursor(streamId, null);

    public bool IsUnderPressure() => false;

    private async Task LiveAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await TakeOverAsync().ConfigureAwait(false);
                LogAgain(_topic.Name, _partition, await WaitForReasonAsync().ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (problem is not OutOfMemoryException)
            {
                if (_lastError != problem.Message)
                    LogTakeOverFailed(problem, _topic.Name, _partition);
                _lastError = problem.Message;
                await Task.Delay(RetryPause, _services.Time, _stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TakeOverAsync()
    {
        var topicId = await _services.Topology.TopicIdAsync(_topic.Name, _stop.Token).ConfigureAwait(false);
        var committed = await CommittedAsync().ConfigureAwait(false);
        var isOurs = committed.Offset >= 0 && CommitMetadata.IsOf(committed.Metadata, topicId);
        if (committed.Offset >= 0 && !isOurs)
            LogTopicAnew(_topic.Name, _partition, committed.Offset);
        var start = isOurs ? committed.Offset : 0;
        var versions = Versions is null
            ? VersionStarts.None
            : await Versions.ReadAsync(SourceName.Of(_topic.Name, _partition, topicId), start, _stop.Token).ConfigureAwait(false);
        var buffer = CreateBuffer(topicId, start, isOurs ? CommitMetadata.TimeOf(committed.Metadata) : default, versions);
        if (_buffer is { } old)
        {
            await _services.Consumer.StopAsync(old).ConfigureAwait(false);
            _services.Committer.Remove(old);
            Leave(old);
        }
        _takeOver.Reader.TryRead(out _);
        _positionLost = false;
        _buffer = buffer;
        _services.Readers.Add(buffer);
        _services.Committer.Add(buffer);
        // Without a commit: where the log begins, which may lie above 0.
        await _services.Consumer.StartAsync(buffer, isOurs ? committed.Offset : Offset.Beginning).ConfigureAwait(false);
        _lastError = null;
        LogTakenOver(buffer.Source, isOurs ? committed.Offset : -1);
    }

    private PartitionBuffer CreateBuffer(string topicId, long start, PartitionTime startTime, VersionStarts versions)
    {
        var settings = new PartitionBufferSettings(
            _services.Options, _topic, _partition, _services.Silo, _woken.Writer, _services.Metrics, _services.Time, Versions);
        return new PartitionBuffer(settings, topicId, start, startTime, versions)
        {
            Starting = (starting, start) => Task.Run(() => StartVersionAsync(starting, start)).Ignore(),
            PositionLost = OnPositionLost,
            Broken = error => _takeOver.Writer.TryWrite($"records could not be taken in: {error}"),
            Trouble = OnTrouble,
        };
    }

    // Until it is known that the start is stored, the records from there on wait.
    private async Task StartVersionAsync(PartitionBuffer buffer, VersionStart start)
    {
        while (_buffer == buffer && !_stop.IsCancellationRequested)
        {
            try
            {
                if (await Versions!.TryStartAsync(buffer.Source, start, _stop.Token).ConfigureAwait(false))
                {
                    LogStarted(start.Version, buffer.Source, start.Offset);
                    buffer.Started();
                }
                else
                {
                    _takeOver.Writer.TryWrite($"another reader has started version {start.Version} elsewhere");
                }
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (problem is not OutOfMemoryException)
            {
                OnTrouble($"Where version {start.Version} starts could not be stored, so the records from there on wait: {problem.Message}");
                await Task.Delay(RetryPause, _services.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Returns with the reason to take the partition over anew.
    private async Task<string> WaitForReasonAsync()
    {
        var buffer = _buffer!;
        var reason = _takeOver.Reader.ReadAsync(_stop.Token).AsTask();
        while (true)
        {
            await Task.WhenAny(reason, Task.Delay(_services.Options.TopologyInterval, _services.Time, _stop.Token))
                .ConfigureAwait(false);
            if (reason.IsCompleted)
                return await reason.ConfigureAwait(false);
            if (_positionLost && (await CommittedAsync().ConfigureAwait(false)).Offset != buffer.Committed)
                return "another offset was committed for the group";
            if (_services.Topology.KnownTopicId(_topic.Name) is { } id && id != buffer.TopicId)
                return "the topic was made anew";
            _stop.Token.ThrowIfCancellationRequested();
        }
    }

    private Task<GroupOffset> CommittedAsync() => Task.Run(() =>
        GroupOffsets.Read(_services.Consumer.Client, _topic.Name, _partition, TimeSpan.FromSeconds(5)), _stop.Token);

    private void Leave(PartitionBuffer buffer)
    {
        _services.Readers.Remove(buffer);
        _services.Committer.Remove(buffer);
    }

    private void OnPositionLost(string error)
    {
        if (!_positionLost)
            LogPositionLost(_topic.Name, _partition, error);
        _lastError = error;
        _positionLost = true;
        _services.Metrics.Failed("position lost");
    }

    private void OnTrouble(string error)
    {
        if (_lastError != error)
            LogTrouble(_topic.Name, _partition, error);
        _lastError = error;
    }

    private KafkaPartitionHealth Health()
    {
        if (_buffer is not { } buffer)
            return new(_topic.Name, _partition, KafkaPartitionState.Starting, -1, -1, 0, 0, 0, _lastError);
        var state = buffer.State;
        var kind = _positionLost ? KafkaPartitionState.PositionLost
            : state.IsPaused ? KafkaPartitionState.Paused : KafkaPartitionState.Reading;
        var end = _services.Consumer.EndOf(_topic.Name, _partition);
        return new(_topic.Name, _partition, kind, state.Fetched, buffer.Committed,
            Math.Max(0, end - state.Committable), state.Retained, state.RetainedBytes, _lastError);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Reading {Source} from {Offset} (-1: no commit, from its beginning).")]
    private partial void LogTakenOver(string source, long offset);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Version {Version} starts in {Source} at {Offset}.")]
    private partial void LogStarted(long version, string source, long offset);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Taking over {Topic}/{Partition} anew: {Reason}.")]
    private partial void LogAgain(string topic, int partition, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}/{Partition} cannot be taken over yet; trying on.")]
    private partial void LogTakeOverFailed(Exception exception, string topic, int partition);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Topic} was made anew: the offset {Offset} committed for partition {Partition} meant an earlier topic.")]
    private partial void LogTopicAnew(string topic, int partition, long offset);

    [LoggerMessage(Level = LogLevel.Error, Message = "The committed position of {Topic}/{Partition} is no longer in the log, so records " +
        "are lost and reading stands still until an offset is committed for the group by an operator: {Error}")]
    private partial void LogPositionLost(string topic, int partition, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reading {Topic}/{Partition}: {Error}")]
    private partial void LogTrouble(string topic, int partition, string error);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The last offset {Offset} of {Source} could not be committed within {Timeout}; the next owner reads from the one before.")]
    private partial void LogLastCommitFailed(string source, long offset, TimeSpan timeout);
}
