using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
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
    /// <summary>The record's header that names the output.</summary>
    public const string IdHeader = "id";

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
    private IProducer<byte[], byte[]>? _producer;
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
        IProducer<byte[], byte[]>? producer;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            producer = _producer;
        }
        // Not under the lock, which its callbacks take. The semaphore stays: what is under way still releases it.
        producer?.Flush(TimeSpan.FromSeconds(5));
        producer?.Dispose();
    }

    private string HealthNameOf(string topic) => _healthNames.GetOrAdd(topic, static topic => $"output {topic}");

    private static Message<byte[], byte[]> MessageOf(Output output)
    {
        var headers = new Headers { { IdHeader, Encoding.UTF8.GetBytes(output.Id) } };
        if (output.Headers is not null)
        {
            foreach (var (name, value) in output.Headers)
                headers.Add(name, Encoding.UTF8.GetBytes(value));
        }
        return new Message<byte[], byte[]> { Key = ArrayOf(output.Key), Value = ArrayOf(output.Value), Headers = headers };
    }

    // The producer copies it.
    private static byte[] ArrayOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Array!.Length == bytes.Length ? segment.Array : bytes.ToArray();

    // What no later attempt can change. A missing permission is none of it: it can be given while outputs wait.
    private static bool IsRefused(ErrorCode code) => code
        is ErrorCode.MsgSizeTooLarge or ErrorCode.TopicException or ErrorCode.InvalidRecord or ErrorCode.RecordListTooLarge
        or ErrorCode.PolicyViolation or ErrorCode.Local_InvalidArg;

    private async Task OnFailureAsync(
        IProducer<byte[], byte[]> producer, string topic, Error error, CancellationToken cancellationToken)
    {
        if (error.Code != ErrorCode.Local_QueueFull)
        {
            _metrics.Retried(topic);
            _health.Fail(HealthNameOf(topic), error.Reason);
            LogThrottled(topic, error);
        }
        if (error.IsFatal || error.Code is ErrorCode.Local_Fatal or ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight)
            Replace(producer, error);
        await Task.Delay(RetryPause, _time, cancellationToken).ConfigureAwait(false);
    }

    private IProducer<byte[], byte[]> Producer()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _producer ??= Build();
        }
    }

    // Whoever comes first replaces it; the others find another producer in its place.
    private void Replace(IProducer<byte[], byte[]> broken, Error error)
    {
        lock (_gate)
        {
            if (_disposed || _producer != broken)
                return;
            _producer = null;
        }
        LogReplaced(error.Reason);
        // Its outstanding outputs fail by this, and are sent again by the new one.
        _ = Task.Run(broken.Dispose);
    }

    private IProducer<byte[], byte[]> Build() => new ProducerBuilder<byte[], byte[]>(ClientSettings.Producer(_options))
        .SetErrorHandler((_, error) => OnClientError(error))
        .SetLogHandler((_, line) => LogClient(line.Facility, line.Message))
        .Build();

    private void OnClientError(Error error)
    {
        LogThrottled("(all)", error);
        if (error.IsFatal && Volatile.Read(ref _producer) is { } producer)
            Replace(producer, error);
    }

    private void LogThrottled(string topic, Error error)
    {
        if (_pause.TryEnd())
            LogRetried(topic, error.Code, error.Reason);
    }

    /// <summary>One output on its way. Its ends are few and small: the client's thread brings one after the other.</summary>
    private sealed class Sending(KafkaOutputs owner, Output output, IOutputReceipt receipt, CancellationToken cancellationToken)
    {
        private Message<byte[], byte[]>? _message; // made when there is room for it

        public void Cancel(OperationCanceledException reason) => receipt.Failed(reason);

        /// <summary>Gives it to the producer; whoever calls has made room for it.</summary>
        public void Try()
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                _message ??= MessageOf(output);
                var producer = owner.Producer();
                try
                {
                    producer.Produce(output.Topic, _message, report => Take(producer, report.Error));
                }
                catch (ProduceException<byte[], byte[]> problem)
                {
                    Take(producer, problem.Error);
                }
                catch (ObjectDisposedException)
                {
                    // It was replaced just now; the next one takes the record.
                    Take(producer, new Error(ErrorCode.Local_Destroy));
                }
            }
            catch (Exception e)
            {
                Fail(e);
            }
        }

        private void Take(IProducer<byte[], byte[]> producer, Error error)
        {
            var (topic, health) = (output.Topic, owner.HealthNameOf(output.Topic));
            if (!error.IsError)
            {
                owner._metrics.Sent(topic, DeadLetters.IsTopic(topic));
                owner._health.Recover(health);
                owner._room.Release();
                receipt.Sent();
            }
            else if (IsRefused(error.Code))
            {
                owner._health.Fail(health, error.Reason);
                Fail(new OutputException($"Output {output.Id} is refused by topic {topic}: {error.Reason}", new KafkaException(error)));
            }
            else
            {
                _ = TryAgainAsync(producer, error);
            }
        }

        private async Task TryAgainAsync(IProducer<byte[], byte[]> producer, Error error)
        {
            try
            {
                await owner.OnFailureAsync(producer, output.Topic, error, cancellationToken).ConfigureAwait(false);
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
