using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Kafka.Streaming.Embedded;
using Kafka.Streaming.Interop;

namespace Kafka.Streaming.Tests;

/// <summary>A broker as tests need it: the embedded one or a real one.</summary>
public abstract class TestBroker : IAsyncDisposable
{
    public string Group { get; } = $"group-{Guid.NewGuid():N}";

    protected abstract string BootstrapServers { get; }

    public abstract void Configure(KafkaStreamOptions options);

    public abstract Task CreateTopicAsync(string topic, int partitions);

    public async Task ProduceAsync(string topic, int partition, params (string? Key, string? Value)[] records)
    {
        // Its own each time: one that has been open for long may not know of new partitions yet.
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = BootstrapServers,
            ["linger.ms"] = "1",
            ["message.max.bytes"] = "4000000",
        }).Build();
        await Task.WhenAll(records.Select(record => producer.ProduceAsync(
            new TopicPartition(topic, partition), new Message<byte[]?, byte[]?>
            {
                Key = record.Key is null ? null : Encoding.Latin1.GetBytes(record.Key),
                Value = record.Value is null ? null : Encoding.UTF8.GetBytes(record.Value),
            })));
    }

    /// <summary>The group's offset; negative when it has none.</summary>
    public Task<long> CommittedAsync(string topic, int partition) => Task.Run(() =>
    {
        using var consumer = Consumer();
        return GroupOffsets.Read(
            LibRdKafka.Handle(consumer.Handle), topic, partition, TimeSpan.FromSeconds(10)).Offset;
    });

    /// <summary>Waits until the group's offset is that; a broker does not tell by itself.</summary>
    public async Task WhenCommittedAsync(string topic, int partition, long offset)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await CommittedAsync(topic, partition) != offset)
            await Task.Delay(50, limit.Token);
    }

    public Task<List<ConsumeResult<string, string>>> ReadAsync(string topic, int count) => Task.Run(() =>
    {
        using var consumer = new ConsumerBuilder<string, string>(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = BootstrapServers,
            ["group.id"] = $"read-{Guid.NewGuid():N}",
            ["auto.offset.reset"] = "earliest",
        }).Build();
        consumer.Subscribe(topic);
        var results = new List<ConsumeResult<string, string>>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (results.Count < count)
            results.Add(consumer.Consume(limit.Token));
        consumer.Close();
        return results;
    });

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected IConsumer<Ignore, Ignore> Consumer() => new ConsumerBuilder<Ignore, Ignore>(
        new Dictionary<string, string> { ["bootstrap.servers"] = BootstrapServers, ["group.id"] = Group }).Build();
}

public sealed class EmbeddedBroker : TestBroker
{
    private readonly EmbeddedKafka _kafka;

    public EmbeddedBroker() => _kafka = EmbeddedKafka.Start(Group);

    public EmbeddedKafka Kafka => _kafka;

    protected override string BootstrapServers => _kafka.BootstrapServers;

    public override void Configure(KafkaStreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _kafka.Configure(options);
        options.GroupId = Group;
    }

    public override Task CreateTopicAsync(string topic, int partitions)
    {
        _kafka.CreateTopic(topic, partitions);
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _kafka.DisposeAsync();
    }
}

/// <summary>The broker that KAFKA_BOOTSTRAP names. Without it tests are skipped, and fail under CI=true.</summary>
public sealed class RealBroker : TestBroker
{
    private readonly IAdminClient _admin;

    public RealBroker()
    {
        var servers = Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP");
        if (string.IsNullOrEmpty(servers))
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
                Assert.Fail("KAFKA_BOOTSTRAP is not set.");
            Assert.Skip("KAFKA_BOOTSTRAP is not set: this test needs a real Kafka.");
        }
        BootstrapServers = servers;
        _admin = new AdminClientBuilder(
            new Dictionary<string, string> { ["bootstrap.servers"] = servers }).Build();
    }

    public IAdminClient Admin => _admin;

    protected override string BootstrapServers { get; }

    public override void Configure(KafkaStreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.BootstrapServers = BootstrapServers;
        options.GroupId = Group;
    }

    public override Task CreateTopicAsync(string topic, int partitions) => _admin.CreateTopicsAsync(
        [new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = -1 }]);

    /// <summary>What an operator does with kafka-consumer-groups --reset-offsets.</summary>
    public Task CommitAsync(string topic, int partition, long offset) => Task.Run(() =>
    {
        using var consumer = Consumer();
        consumer.Commit([new TopicPartitionOffset(topic, partition, offset)]);
    });

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _admin?.Dispose();
    }
}
