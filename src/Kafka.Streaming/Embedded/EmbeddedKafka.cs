using System.Collections.Concurrent;
using Confluent.Kafka;
using Kafka.Streaming.Interop;

namespace Kafka.Streaming.Embedded;

/// <summary>
/// A broker inside the process: librdkafka's mock cluster. Enough for a first run and for tests. It forgets everything at exit,
/// keeps about 5 MB a partition and drops what is older without a word, and answers no admin calls.
/// </summary>
public sealed class EmbeddedKafka : IAsyncDisposable
{
    /// <summary>How many bytes of a partition may be uncommitted before <see cref="ProduceAsync"/> waits.</summary>
    public const long MaxUnreadBytes = 2 << 20;

    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<TopicPartition, Unread> _unread = new();
    private readonly Dictionary<string, int> _partitions = [];
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly IConsumer<Ignore, Ignore> _group;
    private readonly nint _client;
    private readonly nint _cluster;
    private bool _disposed;

    private EmbeddedKafka(IProducer<byte[], byte[]> producer, string groupId)
    {
        _producer = producer;
        _client = LibRdKafka.Handle(producer.Handle);
        _cluster = LibRdKafka.MockCluster(_client);
        BootstrapServers = LibRdKafka.MockBootstrapServers(_cluster);
        _group = new ConsumerBuilder<Ignore, Ignore>(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = BootstrapServers,
            ["group.id"] = groupId,
        }).Build();
    }

    /// <summary>host:port of the brokers.</summary>
    public string BootstrapServers { get; }

    /// <summary>This launch, for <see cref="KafkaStreamOptions.TopicId"/>: offsets of an earlier one mean other records.</summary>
    public string LaunchId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>For further clients of this broker within the process.</summary>
    public Handle Handle => _producer.Handle;

    /// <param name="groupId">The group whose commits say what of a partition is no longer needed.</param>
    public static EmbeddedKafka Start(string groupId, int brokers = 1) => new(
        new ProducerBuilder<byte[], byte[]>(new Dictionary<string, string>
        {
            ["test.mock.num.brokers"] = brokers.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["bootstrap.servers"] = "localhost:1",  // replaced by the mock cluster's own
            ["linger.ms"] = "2",
            ["partitioner"] = "murmur2",
            ["message.timeout.ms"] = "0",
        }).SetLogHandler((_, _) => { }).Build(), groupId);

    /// <summary>Points a provider at this broker.</summary>
    public void Configure(KafkaStreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.BootstrapServers = BootstrapServers;
        options.TopicId = LaunchId;
    }

    /// <summary>Creates a topic; does nothing when it exists.</summary>
    public void CreateTopic(string name, int partitions)
    {
        lock (_partitions)
        {
            if (!_partitions.TryAdd(name, partitions))
                return;
            var error = LibRdKafka.MockTopicCreate(_cluster, name, partitions, 1);
            if (error != 0)
                throw new KafkaException(new Error((ErrorCode)error, LibRdKafka.Text(error)));
        }
    }

    /// <summary>
    /// Writes a record and completes when it is written. Waits first while the partition holds more than
    /// <see cref="MaxUnreadBytes"/> that the group has not committed, for the broker would drop it unread.
    /// </summary>
    /// <param name="partition">Null: by the key, as Java's producer does.</param>
    /// <returns>The record's offset.</returns>
    public async Task<long> ProduceAsync(
        string topic, byte[]? key, byte[]? value, int? partition = null, CancellationToken cancellationToken = default)
    {
        var target = new TopicPartition(topic, partition ?? PartitionOf(topic, key));
        var unread = _unread.GetOrAdd(target, _ => new Unread());
        var size = (key?.Length ?? 0) + (value?.Length ?? 0);
        while (!unread.TryAdd(size))
        {
            await Task.Delay(LookPause, cancellationToken).ConfigureAwait(false);
            unread.Committed(await CommittedAsync(target).ConfigureAwait(false));
        }
        var report = await _producer.ProduceAsync(
            target, new Message<byte[], byte[]> { Key = key!, Value = value! }, CancellationToken.None).ConfigureAwait(false);
        unread.Written(report.Offset.Value, size);
        return report.Offset.Value;
    }

    public ValueTask DisposeAsync()
    {
        if (_disposed)
            return ValueTask.CompletedTask;
        _disposed = true;
        _group.Close();
        _group.Dispose();
        _producer.Dispose();
        return ValueTask.CompletedTask;
    }

    private int PartitionOf(string topic, byte[]? key)
    {
        int count;
        lock (_partitions)
        {
            if (!_partitions.TryGetValue(topic, out count))
                throw new ArgumentException($"Topic '{topic}' was not created on the embedded broker.", nameof(topic));
        }
        return Murmur2.Partition(key, count);
    }

    private Task<long> CommittedAsync(TopicPartition partition) => Task.Run(() =>
        GroupOffsets.Read(
            LibRdKafka.Handle(_group.Handle), partition.Topic, partition.Partition.Value, TimeSpan.FromSeconds(5)).Offset);

    /// <summary>What of one partition the group has not committed.</summary>
    private sealed class Unread
    {
        private readonly PriorityQueue<int, long> _sizes = new();
        private long _bytes;

        public bool TryAdd(int size)
        {
            lock (_sizes)
            {
                if (_bytes > 0 && _bytes + size > MaxUnreadBytes)
                    return false;
                _bytes += size;
                return true;
            }
        }

        public void Written(long offset, int size)
        {
            lock (_sizes)
                _sizes.Enqueue(size, offset);
        }

        public void Committed(long offset)
        {
            lock (_sizes)
            {
                while (_sizes.TryPeek(out var size, out var first) && first < offset)
                {
                    _sizes.Dequeue();
                    _bytes -= size;
                }
            }
        }
    }
}
