using System.Collections.Concurrent;
using Checkpointing;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Kafka.Streaming.Outputs;

/// <summary>
/// Sends outputs by an idempotent producer. Outputs sent one after the other to one partition arrive in that order, except
/// around a failure that costs the producer its identity: then each still arrives, by a new producer.
/// </summary>
internal sealed partial class KafkaOutputs : IOutputs, IDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();    // guards the replacement of _producer
    private readonly KafkaStreamOptions _options;
    private readonly KafkaStreamHealth _health;
    private readonly KafkaMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _room;
    private readonly LogPause _pause;
    private readonly ConcurrentDictionary<string, string> _healthNames = new();
    private OutputProducer? _producer;
    private int _waiting; // for room
    private bool _disposed;

    public KafkaOutputs(
        KafkaStreamOptions options, KafkaStreamHealth health, KafkaMetrics metrics, ILogger<KafkaOutputs> logger,
        TimeProvider time)
    {
        (_options, _health, _metrics, _logger, _time) = (options, health, metrics, logger, time);
        _room = new SemaphoreSlim(options.MaxOutputsInFlight);
        _pause = new LogPause(time);
    }

    public void Send(IOutputSending sending)
    {
        // Nobody overtakes those who wait.
        if (Volatile.Read(ref _waiting) == 0 && _room.Wait(0, CancellationToken.None))
            Try(sending);
        else
            _ = TryWithRoomAsync(sending);
    }

    private async Task TryWithRoomAsync(IOutputSending sending)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _room.WaitAsync(sending.Stopping).ConfigureAwait(false);
            Try(sending);
        }
        catch (OperationCanceledException e)
        {
            sending.Failed(e);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Gives an output to the producer; whoever calls has made room for it.</summary>
    private void Try(IOutputSending sending)
    {
        try
        {
            sending.Stopping.ThrowIfCancellationRequested();
            var producer = Producer();
            var error = producer.Produce(sending);
            if (error != ErrorCode.NoError)
                Ended(producer, sending, error);
        }
        catch (Exception e)
        {
            Fail(sending, e);
        }
    }

    /// <summary>An attempt has ended: at once, or told by the producer's thread, which brings one after the other.</summary>
    private void Ended(OutputProducer producer, IOutputSending sending, ErrorCode error)
    {
        var topic = sending.Output.Topic;
        if (error == ErrorCode.NoError)
        {
            _metrics.Sent(topic, DeadLetters.IsTopic(topic));
            _health.Recover(HealthNameOf(topic));
            _room.Release();
            sending.Sent();
        }
        else if (IsRefused(error))
        {
            var reason = new Error(error).Reason;
            _health.Fail(HealthNameOf(topic), reason);
            Fail(sending, new OutputException($"Output {sending.Output.Id} is refused by topic {topic}: {reason}", new KafkaException(error)));
        }
        else
        {
            _ = TryAgainAsync(producer, sending, error);
        }
    }

    private async Task TryAgainAsync(OutputProducer producer, IOutputSending sending, ErrorCode error)
    {
        try
        {
            await OnFailureAsync(producer, sending.Output.Topic, error, sending.Stopping).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(sending, e);
            return;
        }

        Try(sending);
    }

    private void Fail(IOutputSending sending, Exception problem)
    {
        _room.Release();
        sending.Failed(problem);
    }

    public void Dispose()
    {
        OutputProducer? producer;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            producer = _producer;
        }
        // Not under the lock, which its callbacks take. The semaphore stays: what is under way still releases it.
        producer?.End(TimeSpan.FromSeconds(5));
    }

    private string HealthNameOf(string topic) => _healthNames.GetOrAdd(topic, static topic => $"output {topic}");

    // What no later attempt can change. A missing permission is none of it: it can be given while outputs wait.
    private static bool IsRefused(ErrorCode code) => code
        is ErrorCode.MsgSizeTooLarge or ErrorCode.TopicException or ErrorCode.InvalidRecord or ErrorCode.RecordListTooLarge
        or ErrorCode.PolicyViolation or ErrorCode.Local_InvalidArg;

    private async Task OnFailureAsync(
        OutputProducer producer, string topic, ErrorCode code, CancellationToken cancellationToken)
    {
        if (code != ErrorCode.Local_QueueFull)
        {
            var error = new Error(code);
            _metrics.Retried(topic);
            _health.Fail(HealthNameOf(topic), error.Reason);
            LogThrottled(topic, error);
        }
        ReplaceBroken(producer);
        await Task.Delay(RetryPause, _time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The one that outputs are given to now.</summary>
    /// <exception cref="ObjectDisposedException">The outputs are disposed of.</exception>
    internal OutputProducer Producer()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _producer ??= Build();
        }
    }

    // Whoever comes first replaces it; the others find another producer in its place.
    private void ReplaceBroken(OutputProducer producer)
    {
        string reason;
        lock (_gate)
        {
            if (_disposed || _producer != producer || producer.FatalError() is not { } error)
                return;
            (_producer, reason) = (null, error);
        }
        LogReplaced(reason);
        // What it still has is reported by this, and sent again by the new one.
        _ = Task.Run(() => producer.End(TimeSpan.Zero));
    }

    private OutputProducer Build() => new(ClientSettings.Producer(_options), Ended, OnClientError, LogClient);

    private void OnClientError(OutputProducer producer, Error error)
    {
        LogThrottled("(all)", error);
        if (error.IsFatal)
            ReplaceBroken(producer);
    }

    private void LogThrottled(string topic, Error error)
    {
        if (_pause.TryEnd())
            LogRetried(topic, error.Code, error.Reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outputs to {Topic} are held up and tried again: {Code}: {Reason}")]
    private partial void LogRetried(string topic, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The producer of outputs is replaced: {Reason}")]
    private partial void LogReplaced(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Text}")]
    private partial void LogClient(string facility, string text);
}
