using Checkpointing;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Kafka.Streaming.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Kafka.Streaming.Tests;

/// <summary>The contract, and what the embedded broker cannot show.</summary>
public sealed class RealStreamTests : StreamContract
{
    private RealBroker Real => (RealBroker)Broker;

    [Fact]
    public async Task Aborted_records_and_markers_leave_gaps_that_hold_up_nothing()
    {
        await TransactAsync(Numbered(0, 20), commit: true);
        await TransactAsync(Numbered(20, 20), commit: false);
        await TransactAsync(Numbered(40, 20), commit: true);
        await TransactAsync(Numbered(60, 20), commit: false);
        await using var silos = await TestSilos.StartAsync(Broker, Topic);
        await silos.Script.When(() => silos.Script.Taken.Count == 40);

        // 80 records and 4 markers: the last record delivered is that of offset 61.
        await Broker.WhenCommittedAsync(Topic, 0, 84);
        Assert.Equal([.. Enumerable.Range(0, 20), .. Enumerable.Range(40, 20)], silos.Script.Values.Select(int.Parse).Order());
    }

    [Fact]
    public async Task A_partition_that_has_come_is_read_without_a_restart()
    {
        await using var silos = await TestSilos.StartAsync(Broker, Topic);
        await Broker.ProduceAsync(Topic, 0, Numbered(0, 10));
        await Broker.WhenCommittedAsync(Topic, 0, 10);
        await Real.Admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = Topic, IncreaseTo = 4 }]);
        await TestSilos.WhenAsync(() => silos.Health.Partitions.Count == 4);
        await Broker.ProduceAsync(Topic, 3, Numbered(10, 10));

        await Broker.WhenCommittedAsync(Topic, 3, 10);
    }

    [Fact]
    public async Task A_topic_made_anew_under_its_old_name_starts_at_its_beginning()
    {
        await using (var silos = await TestSilos.StartAsync(Broker, Topic))
        {
            await Broker.ProduceAsync(Topic, 0, Numbered(0, 10));
            await Broker.WhenCommittedAsync(Topic, 0, 10);
        }
        await MakeAnewAsync();
        await Broker.ProduceAsync(Topic, 0, Numbered(100, 20));
        await using var later = await TestSilos.StartAsync(Broker, Topic);
        await later.Script.When(() => later.Script.Taken.Count == 20);

        await Broker.WhenCommittedAsync(Topic, 0, 20);
    }

    [Fact]
    public async Task A_topic_made_anew_while_it_is_read_starts_at_its_beginning()
    {
        await using var silos = await TestSilos.StartAsync(Broker, Topic);
        await Broker.ProduceAsync(Topic, 0, Numbered(0, 10));
        await Broker.WhenCommittedAsync(Topic, 0, 10);
        await MakeAnewAsync();
        await Broker.ProduceAsync(Topic, 0, Numbered(100, 5));
        await silos.Script.When(() => silos.Script.Taken.Count == 15);

        Assert.Equal(2, silos.Script.Taken.DistinctBy(entry => entry.Source).Count());
        await Broker.WhenCommittedAsync(Topic, 0, 5);
    }

    [Fact]
    public async Task A_position_that_is_lost_stops_the_partition_until_an_operator_sets_another()
    {
        await using (var silos = await TestSilos.StartAsync(Broker, Topic))
        {
            await Broker.ProduceAsync(Topic, 0, Numbered(0, 10));
            await Broker.WhenCommittedAsync(Topic, 0, 10);
        }
        await Broker.ProduceAsync(Topic, 0, Numbered(10, 20));
        await Real.Admin.DeleteRecordsAsync([new TopicPartitionOffset(Topic, 0, 25)]);
        await using var later = await TestSilos.StartAsync(Broker, Topic);
        await TestSilos.WhenAsync(() => later.Health.Partitions.Any(
            partition => partition.State == KafkaPartitionState.PositionLost));
        Assert.False(later.Health.IsHealthy);
        Assert.Empty(later.Script.Taken);
        await Real.CommitAsync(Topic, 0, 25);
        await later.Script.When(() => later.Script.Taken.Count == 5);

        await Broker.WhenCommittedAsync(Topic, 0, 30);
        Assert.True(later.Health.IsHealthy);
    }

    [Fact]
    public async Task Missing_topics_are_created_and_existing_ones_left()
    {
        await using var silos = await TestSilos.StartAsync(Broker, Topic);
        var topics = silos.Services.GetRequiredService<KafkaTopics>();
        var output = $"output-{Guid.NewGuid():N}";
        await topics.EnsureAsync([output, Topic], 3);
        await topics.EnsureAsync([output], 5);
        var found = await Real.Admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([output, Topic]));

        Assert.Equal([3, 2], found.TopicDescriptions.Select(topic => topic.Partitions.Count).OrderDescending());
        await silos.Services.GetRequiredService<IOutputs>().SendAsync(
            new Output { Id = "1", Topic = output, Key = "k"u8.ToArray(), Value = "v"u8.ToArray() }, CancellationToken.None);
        Assert.Equal("v", Assert.Single(await Broker.ReadAsync(output, 1)).Message.Value);
    }

    [Fact]
    public async Task A_commit_names_its_topic()
    {
        await using var silos = await TestSilos.StartAsync(Broker, Topic);
        await Broker.ProduceAsync(Topic, 0, Numbered(0, 10));
        await Broker.WhenCommittedAsync(Topic, 0, 10);
        var services = silos.Services.GetRequiredKeyedService<KafkaStreamServices>("kafka");
        var id = await services.Topology.TopicIdAsync(Topic, CancellationToken.None);
        var committed = Interop.GroupOffsets.Read(services.Consumer.Client, Topic, 0, TimeSpan.FromSeconds(10));

        Assert.True(id.Length > 10);
        Assert.Equal(CommitMetadata.Write(id, default), committed.Metadata);
        Assert.EndsWith($"/0/{id}", silos.Script.Taken.First().Source, StringComparison.Ordinal);
    }

    private protected override TestBroker CreateBroker() => new RealBroker();

    private async Task MakeAnewAsync()
    {
        await Real.Admin.DeleteTopicsAsync([Topic]);
        // The broker answers before it has forgotten the name.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await Broker.CreateTopicAsync(Topic, 2);
                return;
            }
            catch (CreateTopicsException)
            {
                await Task.Delay(100, limit.Token);
            }
        }
    }

    private async Task TransactAsync((string? Key, string? Value)[] records, bool commit)
    {
        using var producer = new TransactionalProducer(Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP")!);
        await producer.RunAsync(Topic, records, commit);
    }

    private sealed class TransactionalProducer(string servers) : IDisposable
    {
        private readonly IProducer<string, string> _producer = new ProducerBuilder<string, string>(
            new Dictionary<string, string>
            {
                ["bootstrap.servers"] = servers,
                ["transactional.id"] = $"tx-{Guid.NewGuid():N}",
            }).Build();

        public Task RunAsync(string topic, (string? Key, string? Value)[] records, bool commit) => Task.Run(() =>
        {
            var timeout = TimeSpan.FromSeconds(30);
            _producer.InitTransactions(timeout);
            _producer.BeginTransaction();
            foreach (var (key, value) in records)
                _producer.Produce(new TopicPartition(topic, 0), new Message<string, string> { Key = key!, Value = value! });
            _producer.Flush(timeout);
            if (commit)
                _producer.CommitTransaction(timeout);
            else
                _producer.AbortTransaction(timeout);
        });

        public void Dispose() => _producer.Dispose();
    }
}
