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

    public void Send(Output output, IOutputReceipt receipt, CancellationToken cancellationToken)
    {
        var sending = new Sending(this, output, receipt, cancellationToken);
        // Nobody overtakes those who wait.
        if (Volatile.Read(ref _waiting) == 0 && _room.Wait(0, CancellationToken.None))
            sending.Try();
        else
            _ = TryWithRoomAsync(sending, cancellationToken);
    }

    private async Task TryWithRoomAsync(Sending sending, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
            sending.Try();
        }
        catch (OperationCanceledException e)
        {
            sending.Cancel(e);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
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

    private OutputProducer Build() => new(ClientSettings.Producer(_options), OnClientError, LogClient);

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

    /// <summary>One output on its way. Its ends are few and small: the producer's thread brings one after the other.</summary>
    private sealed class Sending(KafkaOutputs owner, Output output, IOutputReceipt receipt, CancellationToken cancellationToken)
        : IDeliveryReport
    {
        private OutputProducer? _producer; // that has it

        public void Cancel(OperationCanceledException reason) => receipt.Failed(reason);

        /// <summary>Gives it to the producer; whoever calls has made room for it.</summary>
        public void Try()
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                _producer = owner.Producer();
                var error = _producer.Produce(output, this);
                if (error != ErrorCode.NoError)
                    Ended(error);
            }
            catch (Exception e)
            {
                Fail(e);
            }
        }

        public void Ended(ErrorCode error)
        {
            var (topic, health) = (output.Topic, owner.HealthNameOf(output.Topic));
            if (error == ErrorCode.NoError)
            {
                owner._metrics.Sent(topic, DeadLetters.IsTopic(topic));
                owner._health.Recover(health);
                owner._room.Release();
                receipt.Sent();
            }
            else if (IsRefused(error))
            {
                var reason = new Error(error).Reason;
                owner._health.Fail(health, reason);
                Fail(new OutputException($"Output {output.Id} is refused by topic {topic}: {reason}", new KafkaException(error)));
            }
            else
            {
                _ = TryAgainAsync(error);
            }
        }

        private async Task TryAgainAsync(ErrorCode error)
        {
            try
            {
                await owner.OnFailureAsync(_producer!, output.Topic, error, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Fail(e);
                return;
            }
            Try();
        }

        private void Fail(Exception problem)
        {
            owner._room.Release();
            receipt.Failed(problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outputs to {Topic} are held up and tried again: {Code}: {Reason}")]
    private partial void LogRetried(string topic, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The producer of outputs is replaced: {Reason}")]
    private partial void LogReplaced(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Text}")]
    private partial void LogClient(string facility, string text);
}
