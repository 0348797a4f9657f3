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
    private IProducer<byte[], byte[]>? _producer;
    private bool _disposed;

    public KafkaOutputs(
        KafkaStreamOptions options, KafkaStreamHealth health, KafkaMetrics metrics, ILogger<KafkaOutputs> logger,
        TimeProvider time)
    {
        (_options, _health, _metrics, _logger, _time) = (options, health, metrics, logger, time);
        _room = new SemaphoreSlim(options.MaxOutputsInFlight);
        _pause = new LogPause(time);
    }

    public async Task SendAsync(Output output, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var message = MessageOf(output);
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var producer = Producer();
                try
                {
                    await SendOnceAsync(producer, output.Topic, message, cancellationToken).ConfigureAwait(false);
                    _metrics.Sent(output.Topic, DeadLetters.IsTopic(output.Topic));
                    _health.Recover($"output {output.Topic}");
                    return;
                }
                catch (ProduceException<byte[], byte[]> problem) when (!IsRefused(problem.Error.Code))
                {
                    await OnFailureAsync(producer, output.Topic, problem.Error, cancellationToken).ConfigureAwait(false);
                }
                catch (ProduceException<byte[], byte[]> problem)
                {
                    _health.Fail($"output {output.Topic}", problem.Error.Reason);
                    throw new OutputException(
                        $"Output {output.Id} is refused by topic {output.Topic}: {problem.Error.Reason}", problem);
                }
            }
        }
        finally
        {
            _room.Release();
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
        // Not under the lock, which its callbacks take. The semaphore stays: who awaits an output still releases it.
        producer?.Flush(TimeSpan.FromSeconds(5));
        producer?.Dispose();
    }

    private static async Task SendOnceAsync(
        IProducer<byte[], byte[]> producer, string topic, Message<byte[], byte[]> message, CancellationToken cancellationToken)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        producer.Produce(topic, message, report =>
        {
            if (report.Error.IsError)
                sent.TrySetException(new ProduceException<byte[], byte[]>(report.Error, report));
            else
                sent.TrySetResult();
        });
        await sent.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

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
            _health.Fail($"output {topic}", error.Reason);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outputs to {Topic} are held up and tried again: {Code}: {Reason}")]
    private partial void LogRetried(string topic, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The producer of outputs is replaced: {Reason}")]
    private partial void LogReplaced(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Text}")]
    private partial void LogClient(string facility, string text);
}
