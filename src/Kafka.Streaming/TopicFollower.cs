using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Kafka.Streaming;

/// <summary>
/// Reads whole topics, from their first record on and for as long as it is asked to: for what every silo keeps a copy of. It is in
/// no consumer group and commits nothing.
/// </summary>
public sealed partial class TopicFollower(KafkaStreamOptions options, ILogger<TopicFollower> logger, TimeProvider time)
{
    private static readonly TimeSpan PartitionsInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Gives each record in the order of its partition. After an error it begins again at the first record, so a record may come
    /// again. A topic that is missing is waited for.
    /// </summary>
    /// <param name="take">Key, value (null: a tombstone) and timestamp in milliseconds. On a thread of its own; must not throw.</param>
    public Task FollowAsync(string topic, Action<byte[]?, byte[]?, long> take, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Follow(topic, take, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Follow(string topic, Action<byte[]?, byte[]?, long> take, CancellationToken cancellationToken)
    {
        var isFailing = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                FollowOnce(topic, take, () => isFailing = false, cancellationToken);
            }
            catch (KafkaException problem)
            {
                if (!isFailing)
                    LogFailed(topic, problem.Error.Reason);
                isFailing = true;
                cancellationToken.WaitHandle.WaitOne(Pause);
            }
        }
    }

    private void FollowOnce(
        string topic, Action<byte[]?, byte[]?, long> take, Action onRecord, CancellationToken cancellationToken)
    {
        var settings = ClientSettings.Consumer(options);
        settings["group.id"] = $"{options.GroupId}-follower"; // the client wants one; nothing is committed under it
        settings["enable.partition.eof"] = "false";
        settings["auto.offset.reset"] = "earliest"; // the front of a compacted topic may go while it is read
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings)
            .SetErrorHandler((_, error) => LogClient(error.Reason))
            .SetLogHandler((_, line) => LogClient(line.Message))
            .Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var known = Assign(consumer, admin, topic, 0);
        var looked = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            if (consumer.Consume(Poll) is { } record)
            {
                take(record.Message.Key, record.Message.Value, record.Message.Timestamp.UnixTimestampMs);
                onRecord();
            }

            if (time.GetElapsedTime(looked) < (known == 0 ? Pause : PartitionsInterval))
                continue;
            known = Assign(consumer, admin, topic, known);
            looked = time.GetTimestamp();
        }

        consumer.Close();
    }

    /// <summary>Reads the partitions that were not known yet; answers how many there are.</summary>
    private static int Assign(IConsumer<byte[]?, byte[]?> consumer, IAdminClient admin, string topic, int known)
    {
        var found = admin.GetMetadata(topic, CallTimeout).Topics
            .Where(one => one.Topic == topic && !one.Error.IsError).Sum(one => one.Partitions.Count);
        if (found <= known)
            return known;
        consumer.IncrementalAssign(Enumerable.Range(known, found - known)
            .Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        return found;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Topic {Topic} cannot be followed, trying again: {Reason}")]
    private partial void LogFailed(string topic, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "librdkafka: {Text}")]
    private partial void LogClient(string text);
}
