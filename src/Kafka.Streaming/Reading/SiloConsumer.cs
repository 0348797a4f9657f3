using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Kafka.Streaming.Interop;
using Microsoft.Extensions.Logging;

namespace Kafka.Streaming.Reading;

/// <summary>
/// The silo's one consumer. A thread of its own reads batches out of librdkafka, without an object a record, and appends runs
/// of one partition to that partition's buffer. Everything that changes what is read happens on that thread, in the order asked.
/// </summary>
internal sealed unsafe partial class SiloConsumer : IDisposable
{
    /// <summary>What its errors concern, for <see cref="KafkaStreamHealth.Errors"/>.</summary>
    public const string HealthName = "consumer";

    private const int BatchSize = 4096;
    private const int IdleWaitMs = 100;

    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly Dictionary<TopicPartition, PartitionBuffer> _buffers = [];
    private readonly Dictionary<(nint Topic, int Partition), PartitionBuffer?> _byHandle = [];
    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly KafkaStreamHealth _health;
    private readonly ILogger _logger;
    private readonly LogPause _pause;
    private readonly nint _queue;
    private readonly Thread _thread;
    private volatile bool _stopping;

    public SiloConsumer(string name, KafkaStreamOptions options, KafkaStreamHealth health, ILogger logger, TimeProvider time)
    {
        _health = health;
        _pause = new LogPause(time);
        _logger = logger;
        _consumer = new ConsumerBuilder<Ignore, Ignore>(ClientSettings.Consumer(options))
            .SetErrorHandler((_, error) => OnClientError(error))
            .SetLogHandler((_, line) => LogClient(line.Facility, line.Message))
            .Build();
        Client = LibRdKafka.Handle(_consumer.Handle);
        _queue = LibRdKafka.QueueGetConsumer(Client);
        _thread = new Thread(Run) { IsBackground = true, Name = $"kafka {name}" };
        _thread.Start();
    }

    /// <summary>The native handle, until this is disposed of.</summary>
    public nint Client { get; }

    public Handle Handle => _consumer.Handle;

    /// <summary>Starts to read into a buffer; one that reads the same partition already is replaced.</summary>
    public Task StartAsync(PartitionBuffer buffer, Offset offset) => OnThreadAsync(() =>
    {
        var partition = new TopicPartition(buffer.Topic, buffer.Partition);
        if (_buffers.ContainsKey(partition))
            _consumer.IncrementalUnassign([partition]);
        _buffers[partition] = buffer;
        _byHandle.Clear();
        buffer.RoomAgain = RequestResume;
        _consumer.IncrementalAssign([new TopicPartitionOffset(partition, offset)]);
    });

    /// <summary>Stops to read into that buffer; does nothing when another has replaced it.</summary>
    public Task StopAsync(PartitionBuffer buffer) => OnThreadAsync(() =>
    {
        var partition = new TopicPartition(buffer.Topic, buffer.Partition);
        if (!_buffers.TryGetValue(partition, out var current) || current != buffer)
            return;
        _buffers.Remove(partition);
        _byHandle.Clear();
        _consumer.IncrementalUnassign([partition]);
    });

    /// <summary>The end of the partition as the last fetch told it; -1 when unknown. From any thread, without a call.</summary>
    public long EndOf(string topic, int partition)
    {
        try
        {
            return _stopping ? -1 : _consumer.GetWatermarkOffsets(new TopicPartition(topic, partition)).High.Value;
        }
        catch (KafkaException)
        {
            return -1;
        }
    }

    public void Dispose()
    {
        if (_stopping)
            return;
        _stopping = true;
        LibRdKafka.QueueYield(_queue);
        _thread.Join();
        LibRdKafka.QueueDestroy(_queue);
        _consumer.Close();
        _consumer.Dispose();
    }

    private void RequestResume(PartitionBuffer buffer)
    {
        _commands.Enqueue(() =>
        {
            var partition = new TopicPartition(buffer.Topic, buffer.Partition);
            if (_buffers.TryGetValue(partition, out var current) && current == buffer)
                _consumer.Resume([partition]);
        });
        Wake();
    }

    private Task OnThreadAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (KafkaException problem)
            {
                done.SetException(problem);
            }
        });
        Wake();
        return done.Task;
    }

    private void Wake()
    {
        if (!_stopping)
            LibRdKafka.QueueYield(_queue);
    }

    private void Run()
    {
        var batch = (LibRdKafka.Message**)NativeMemory.Alloc(BatchSize, (nuint)sizeof(nint));
        try
        {
            while (!_stopping)
            {
                try
                {
                    while (_commands.TryDequeue(out var command))
                        command();
                    ReadBatch(batch);
                }
                catch (Exception problem) when (problem is not OutOfMemoryException)
                {
                    // The position has moved on: what was not appended is fetched again when its partition is taken over anew.
                    LogBroken(problem);
                    _health.Fail(HealthName, problem.Message);
                    FailAll(problem.Message);
                }
            }
            while (_commands.TryDequeue(out var command))
                command();
        }
        finally
        {
            NativeMemory.Free(batch);
        }
    }

    private void FailAll(string error)
    {
        foreach (var buffer in _buffers.Values)
            buffer.Broken?.Invoke(error);
    }

    private void ReadBatch(LibRdKafka.Message** batch)
    {
        // A batch call waits until the batch is full, so it only takes what is there; waiting is for a single message.
        var count = (int)LibRdKafka.ConsumeBatchQueue(_queue, 0, batch, BatchSize);
        if (count <= 0)
        {
            batch[0] = LibRdKafka.ConsumerPoll(Client, IdleWaitMs);
            count = batch[0] is null ? 0 : 1;
        }
        try
        {
            Dispatch(batch, count);
        }
        finally
        {
            for (var i = 0; i < count; i++)
                LibRdKafka.MessageDestroy(batch[i]);
        }
    }

    private void Dispatch(LibRdKafka.Message** batch, int count)
    {
        for (var first = 0; first < count;)
        {
            var message = batch[first];
            if (message->Error != 0)
            {
                OnErrorMessage(message);
                first++;
                continue;
            }
            var next = first + 1;
            while (next < count && batch[next]->Error == 0
                && batch[next]->Partition == message->Partition && batch[next]->Topic == message->Topic)
                next++;
            if (Find(message) is { } buffer
                && buffer.Append(new ReadOnlySpan<nint>(batch + first, next - first)))
                _consumer.Pause([new TopicPartition(buffer.Topic, buffer.Partition)]);
            first = next;
        }
    }

    private PartitionBuffer? Find(LibRdKafka.Message* message)
    {
        var handle = (message->Topic, message->Partition);
        if (_byHandle.TryGetValue(handle, out var buffer))
            return buffer;
        var name = LibRdKafka.Text(LibRdKafka.TopicName(message->Topic));
        _buffers.TryGetValue(new TopicPartition(name, message->Partition), out buffer);
        return _byHandle[handle] = buffer;
    }

    private void OnErrorMessage(LibRdKafka.Message* message)
    {
        var code = (ErrorCode)message->Error;
        if (message->Topic == 0)
        {
            OnClientError(new Error(code, LibRdKafka.Text(message->Error)));
            return;
        }
        if (Find(message) is not { } buffer)
            return;
        if (code == ErrorCode.Local_PartitionEOF)
        {
            buffer.AdvanceTo(message->Offset);
            return;
        }
        var text = message->Payload is null
            ? LibRdKafka.Text(message->Error)
            : System.Text.Encoding.UTF8.GetString(message->ValueSpan);
        if (code is ErrorCode.Local_AutoOffsetReset or ErrorCode.Local_LogTruncation or ErrorCode.OffsetOutOfRange)
            buffer.PositionLost?.Invoke(text);
        else
            buffer.Trouble?.Invoke(text);
    }

    private void OnClientError(Error error)
    {
        if (_pause.TryEnd())
            LogClientError(error.Code, error.Reason);
        _health.Fail(HealthName, error.Reason);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading from Kafka broke; the partitions are taken over anew.")]
    private partial void LogBroken(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka consumer: {Code}: {Reason}")]
    private partial void LogClientError(ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Text}")]
    private partial void LogClient(string facility, string text);
}
