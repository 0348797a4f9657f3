using Confluent.Kafka;
using Kafka.Streaming;
using Notifications;
using Silo.Configuration;

namespace Silo.Notifying;

/// <summary>
/// Reads the alerts topics in a consumer group of its own. What it has read is committed when it is durable in the notifications'
/// store: after a crash it comes again, and what is known already changes nothing.
/// </summary>
internal sealed partial class AlertReader(
    KafkaStreamOptions kafka, KafkaSettings settings, TimeProvider time, ILogger<AlertReader> logger)
{
    private const int MaxBatch = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Why alerts are not taken in at present; null: they are.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads until it is stopped, by an <see cref="OperationCanceledException"/>.</summary>
    /// <param name="takeIn">Done when the notices are durable; after an exception they are given again.</param>
    /// <exception cref="NotificationTableLostException">Of <paramref name="takeIn"/>: another one reads now.</exception>
    /// <exception cref="KafkaException">The consumer cannot go on.</exception>
    public async Task RunAsync(
        IEnumerable<string> topics, Func<IReadOnlyList<AlertNotice>, CancellationToken, Task> takeIn, CancellationToken stop)
    {
        using var consumer = Build();
        consumer.Subscribe(topics);
        try
        {
            while (true)
            {
                // It waits on a thread of its own: those of the pool are few.
                var batch = await Task.Factory.StartNew(
                    () => Take(consumer), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                // An empty one too: so a run that has been shut out ends, and a store that is away is seen.
                await TakeInAsync([.. batch.Select(Notice).OfType<AlertNotice>()], takeIn, stop);
                Commit(consumer, batch);
            }
        }
        finally
        {
            consumer.Close();
        }
    }

    private IConsumer<byte[], byte[]> Build()
    {
        var client = new Dictionary<string, string>
        {
            ["auto.offset.reset"] = "earliest",
            ["reconnect.backoff.max.ms"] = "2000",
            // So long alerts wait for the next reader when this one's silo has been killed.
            ["session.timeout.ms"] = "10000",
        };
        foreach (var (key, value) in kafka.Common.Concat(kafka.Consumer)) client[key] = value;
        client["bootstrap.servers"] = kafka.BootstrapServers;
        client["group.id"] = settings.GroupId + ".notifications";
        client["enable.auto.commit"] = "false";
        return new ConsumerBuilder<byte[], byte[]>(client)
            .SetErrorHandler((_, error) => LogProblem(logger, error.Reason))
            .SetLogHandler((_, line) => LogClient(logger, line.Facility, line.Message))
            .Build();
    }

    /// <summary>Waits a while for a record, and takes what else is there.</summary>
    private List<ConsumeResult<byte[], byte[]>> Take(IConsumer<byte[], byte[]> consumer)
    {
        var batch = new List<ConsumeResult<byte[], byte[]>>();
        try
        {
            while (batch.Count < MaxBatch
                && consumer.Consume(batch.Count == 0 ? Pause : TimeSpan.Zero) is { IsPartitionEOF: false } record)
            {
                batch.Add(record);
            }
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            // What is in the batch has been passed already, and would not come again.
            LogProblem(logger, e.Error.Reason);
        }

        return batch;
    }

    private AlertNotice? Notice(ConsumeResult<byte[], byte[]> record)
    {
        try
        {
            return AlertRecords.Parse(record.Message.Value);
        }
        catch (FormatException e)
        {
            LogNoAlert(logger, record.Topic, record.Partition.Value, record.Offset.Value, e.Message);
            return null;
        }
    }

    private async Task TakeInAsync(
        IReadOnlyList<AlertNotice> notices, Func<IReadOnlyList<AlertNotice>, CancellationToken, Task> takeIn, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await takeIn(notices, stop);
                Problem = null;
                return;
            }
            catch (Exception e) when (e is not NotificationTableLostException
                && !(e is OperationCanceledException && stop.IsCancellationRequested))
            {
                Problem = $"alerts are not taken in: {e.Message}";
                LogNotTaken(logger, e, notices.Count, Pause);
            }

            await Task.Delay(Pause, time, stop);
        }
    }

    /// <summary>What cannot be committed comes again, to this consumer or the next.</summary>
    private void Commit(IConsumer<byte[], byte[]> consumer, List<ConsumeResult<byte[], byte[]>> batch)
    {
        if (batch.Count == 0) return;
        try
        {
            consumer.Commit(batch.GroupBy(record => record.TopicPartition)
                .Select(records => new TopicPartitionOffset(records.Key, records.Max(record => record.Offset.Value) + 1)));
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            LogProblem(logger, e.Error.Reason);
        }
    }

    [LoggerMessage(LogLevel.Error, "Record {Topic}/{Partition}/{Offset} is no alert that notifications can tell of: {Reason}")]
    private static partial void LogNoAlert(ILogger logger, string topic, int partition, long offset, string reason);

    [LoggerMessage(LogLevel.Error, "{Count} changes of alerts cannot be taken in; trying again in {Pause}")]
    private static partial void LogNotTaken(ILogger logger, Exception e, int count, TimeSpan pause);

    [LoggerMessage(LogLevel.Warning, "The consumer of alerts: {Reason}")]
    private static partial void LogProblem(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Debug, "librdkafka {Facility}: {Text}")]
    private static partial void LogClient(ILogger logger, string facility, string text);
}
