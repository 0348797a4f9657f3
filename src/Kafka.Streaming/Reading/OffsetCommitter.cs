using System.Collections.Concurrent;
using Kafka.Streaming.Interop;
using Microsoft.Extensions.Logging;

namespace Kafka.Streaming.Reading;

/// <summary>
/// Commits what is durable, and asks silent lanes where they stand, on a thread of its own because librdkafka's commit blocks.
/// Two owners of a partition for a moment do no harm: each commits only what is durable.
/// </summary>
internal sealed partial class OffsetCommitter : IDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<PartitionBuffer, byte> _buffers = new();
    private readonly ConcurrentQueue<(PartitionBuffer Buffer, TaskCompletionSource Done)> _last = new();
    private readonly SiloConsumer _consumer;
    private readonly KafkaStreamOptions _options;
    private readonly KafkaStreamHealth _health;
    private readonly KafkaMetrics _metrics;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _thread;
    private volatile bool _stopping;
    private bool _failing;

    public OffsetCommitter(
        string name, SiloConsumer consumer, KafkaStreamOptions options, KafkaStreamHealth health, KafkaMetrics metrics,
        ILogger logger)
    {
        (_consumer, _options, _health, _metrics, _logger) = (consumer, options, health, metrics, logger);
        _thread = new Thread(Run) { IsBackground = true, Name = $"kafka commits {name}" };
        _thread.Start();
    }

    public IEnumerable<PartitionBuffer> Buffers => _buffers.Keys;

    public void Add(PartitionBuffer buffer) => _buffers.TryAdd(buffer, 0);

    /// <summary>Forgets the buffer without a further commit.</summary>
    public void Remove(PartitionBuffer buffer) => _buffers.TryRemove(buffer, out _);

    /// <summary>Commits what is durable by now, and then forgets the buffer.</summary>
    public Task CommitLastAsync(PartitionBuffer buffer)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _last.Enqueue((buffer, done));
        _wake.Release();
        return done.Task;
    }

    public void Dispose()
    {
        if (_stopping)
            return;
        _stopping = true;
        _wake.Release();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            _wake.Wait(_last.IsEmpty ? _options.CommitInterval : RetryPause);
            try
            {
                Turn();
            }
            catch (Exception problem) when (problem is not OutOfMemoryException)
            {
                Report(problem);
            }
        }
    }

    private void Turn()
    {
        var leaving = new List<(PartitionBuffer Buffer, TaskCompletionSource Done)>();
        while (_last.TryDequeue(out var last))
            leaving.Add(last);
        CommitMoved();
        foreach (var (buffer, done) in leaving)
        {
            if (buffer.State.Committable > buffer.Committed && !_stopping)
            {
                // It failed, and goes on to fail until the owner gives up waiting for it.
                _last.Enqueue((buffer, done));
                continue;
            }
            _buffers.TryRemove(buffer, out _);
            done.TrySetResult();
        }
        foreach (var (buffer, _) in _buffers)
            buffer.ProbeSilentLanes();
    }

    private void CommitMoved()
    {
        var moved = new List<(PartitionBuffer Buffer, GroupOffset Offset)>();
        foreach (var (buffer, _) in _buffers)
        {
            var state = buffer.State;
            if (state.Committable > buffer.Committed)
                moved.Add((buffer, new GroupOffset(
                    buffer.Topic, buffer.Partition, state.Committable,
                    CommitMetadata.Write(buffer.TopicId, state.CommittableTime))));
        }
        if (moved.Count == 0)
            return;
        var errors = GroupOffsets.Commit(_consumer.Client, [.. moved.Select(entry => entry.Offset)]);
        var committed = 0;
        for (var i = 0; i < errors.Length; i++)
        {
            if (errors[i] is not null)
                continue;
            moved[i].Buffer.Committed = moved[i].Offset.Offset;
            committed++;
        }
        _metrics.Committed(committed);
        if (Array.Find(errors, error => error is not null) is { } first)
            Report(first);
        else if (_failing)
            Recover();
    }

    private void Report(Exception problem)
    {
        _metrics.Failed("commit");
        _health.Fail("commit", problem.Message);
        // Each turn tries again; one line for a row of failures.
        if (!_failing)
            LogFailed(problem);
        _failing = true;
    }

    private void Recover()
    {
        _failing = false;
        _health.Recover("commit");
        LogRecovered();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Offsets could not be committed; they are tried again.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Offsets are committed again.")]
    private partial void LogRecovered();
}
