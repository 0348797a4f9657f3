using System.Collections.Concurrent;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Load.Topics;

/// <summary>Creates topics and asks for offsets.</summary>
internal sealed class TopicAdmin(string bootstrap) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(4);
    private const int Attempts = 25;

    private readonly IAdminClient _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap })
        .SetLogHandler(static (_, _) => { }).Build();

    private readonly ConcurrentDictionary<string, IConsumer<byte[], byte[]>> _consumers = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<IConsumer<byte[], byte[]>> _lost = []; // others may be within a call of theirs

    /// <summary>Creates a topic.</summary>
    public async Task CreateAsync(string topic, Dictionary<string, string>? settings = null, int partitions = 8)
    {
        var specification = new TopicSpecification
        {
            Name = topic,
            NumPartitions = partitions,
            ReplicationFactor = -1,
            Configs = settings,
        };
        await _admin.CreateTopicsAsync([specification]);
        while (Partitions(topic).Count < specification.NumPartitions) await Task.Delay(Poll);
    }

    public async Task DeleteAsync(params string[] topics)
    {
        var there = _admin.GetMetadata(Timeout).Topics.Select(t => t.Topic).Intersect(topics).ToArray();
        if (there.Length > 0) await _admin.DeleteTopicsAsync(there);
    }

    /// <summary>Whether the topic exists.</summary>
    public bool Exists(string topic) => _admin.GetMetadata(Timeout).Topics.Any(t => t.Topic == topic);

    /// <summary>The partitions of a topic, by number.</summary>
    public IReadOnlyList<TopicPartition> Partitions(string topic) =>
        [.. _admin.GetMetadata(topic, Timeout).Topics.Single().Partitions
            .Select(p => new TopicPartition(topic, p.PartitionId)).OrderBy(p => p.Partition.Value)];

    /// <summary>The offset after the last record of each partition.</summary>
    /// <exception cref="KafkaException">A partition's leader does not answer.</exception>
    public Task<long[]> EndsAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken = default) => AskAsync<long[]>(
        "", consumer => [.. partitions.Select(p => consumer.QueryWatermarkOffsets(p, AnswerTimeout).High.Value)], cancellationToken);

    /// <summary>What the group has committed of each partition; 0 where it has not.</summary>
    /// <exception cref="KafkaException">The group's coordinator does not answer.</exception>
    public async Task<long[]> CommittedAsync(
        string group, IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync(group, consumer => consumer.Committed(partitions, AnswerTimeout), cancellationToken);
        var committed = answer.ToDictionary(p => p.Partition.Value, p => Math.Max(0, p.Offset.Value));
        return [.. partitions.Select(p => committed.GetValueOrDefault(p.Partition.Value))];
    }

    /// <summary>Waits until the group has committed each partition's present end; false when the time is over.</summary>
    /// <param name="isOver">Asked between two looks: true gives up.</param>
    public async Task<bool> WaitUntilReadAsync(
        string group, string topic, Func<bool> isOver, CancellationToken cancellationToken)
    {
        var partitions = Partitions(topic);
        var ends = await EndsAsync(partitions, cancellationToken);
        while (true)
        {
            try
            {
                var committed = await CommittedAsync(group, partitions, cancellationToken);
                if (committed.Zip(ends).All(pair => pair.First >= pair.Second)) return true;
            }
            catch (KafkaException e) when (!e.Error.IsFatal)
            {
                // The group's coordinator may be on its way.
            }

            if (isOver()) return false;
            await Task.Delay(Poll, cancellationToken);
        }
    }

    public void Dispose()
    {
        foreach (var consumer in _consumers.Values.Concat(_lost)) consumer.Dispose();
        _admin.Dispose();
    }

    /// <summary>Asks a consumer of the group; one that does not answer is replaced.</summary>
    private async Task<T> AskAsync<T>(string group, Func<IConsumer<byte[], byte[]>, T> question, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var consumer = Offsets(group);
            try
            {
                return await Task.Run(() => question(consumer), cancellationToken);
            }
            catch (KafkaException e) when (!e.Error.IsFatal && attempt < Attempts)
            {
                // A broker that has just started looks for the coordinator, or loads its offsets. A client that has seen brokers go
                // may not find the coordinator or a leader again for minutes, when a new one does at once.
                if (_consumers.TryRemove(new(group, consumer))) _lost.Add(consumer);
                await Task.Delay(10 * Poll, cancellationToken);
            }
        }
    }

    /// <summary>A consumer that reads nothing: it asks for a group's offsets without being a member.</summary>
    private IConsumer<byte[], byte[]> Offsets(string group) => _consumers.GetOrAdd(group, name =>
        new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = name.Length > 0 ? name : "granary-bench",
            EnableAutoCommit = false,
        }).SetLogHandler(static (_, _) => { }).Build());
}
