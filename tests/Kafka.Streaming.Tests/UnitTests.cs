using System.Text;
using Checkpointing;
using Confluent.Kafka;
using Kafka.Streaming.Embedded;
using Kafka.Streaming.Interop;
using Kafka.Streaming.Outputs;
using Kafka.Streaming.Reading;
using Kafka.Streaming.Topology;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;
using Orleans.TestingHost;

namespace Kafka.Streaming.Tests;

public sealed class KeyPathTests
{
    [Theory]
    [InlineData("entity", """{"entity":"e1"}""", "e1")]
    [InlineData("entity", """{"other":{"entity":"no"},"entity":17}""", "17")]
    [InlineData("a.b", """{"x":[1,{"b":2}],"a":{"c":1,"b":"deep"}}""", "deep")]
    [InlineData("a", """{"a":"\u00e9\n"}""", "é\n")]
    [InlineData("a", """{"a":-1.5e3}""", "-1.5e3")]
    public void Finds_a_text_or_number(string path, string json, string expected)
    {
        var problem = new KeyPath(path).Find(Encoding.UTF8.GetBytes(json), out var key);

        Assert.Null(problem);
        Assert.Equal(expected, Encoding.UTF8.GetString(key.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"a":{"b":null}}""")]
    [InlineData("""{"a":{"b":{}}}""")]
    [InlineData("""{"a":{"b":""}}""")]
    [InlineData("""{"a":{"b":"\ud800"}}""")]
    [InlineData("not json")]
    public void Says_why_there_is_none(string json)
    {
        var problem = new KeyPath("a.b").Find(Encoding.UTF8.GetBytes(json), out var key);

        Assert.NotNull(problem);
        Assert.True(key.IsEmpty);
    }

    [Fact]
    public void A_text_that_is_not_UTF8_is_a_problem()
    {
        byte[] json = [.. "{\"a\":\""u8, 0xff, .. "\"}"u8];

        Assert.NotNull(new KeyPath("a").Find(json, out var key));
        Assert.True(key.IsEmpty);
    }
}

public sealed class PartitionBalancerTests
{
    private static readonly SiloAddress[] _silos =
        [.. Enumerable.Range(1, 4).Select(i => SiloAddress.FromParsableString($"127.0.0.1:{1000 + i}@{i}"))];

    private static readonly QueueId[] _queues =
        [.. Enumerable.Range(0, 10).Select(i => QueueId.GetQueueId("topic", (uint)i, (uint)i))];

    [Fact]
    public void Every_partition_has_one_silo_and_none_has_more_than_its_share()
    {
        for (var count = 1; count <= 4; count++)
        {
            var plan = PartitionBalancer.Assign(_queues, _silos[..count]).ToList();

            Assert.Equal(_queues.Order(), plan.Select(entry => entry.Queue).Order());
            Assert.All(plan.GroupBy(entry => entry.Silo), group =>
                Assert.InRange(group.Count(), 10 / count, (10 + count - 1) / count));
        }
    }

    [Fact]
    public void The_order_in_which_silos_are_listed_changes_nothing() => Assert.Equal(
        PartitionBalancer.Assign(_queues, _silos), PartitionBalancer.Assign(_queues, [.. _silos.Reverse()]));

    [Fact]
    public void A_queue_names_its_partition()
    {
        var queue = QueueId.GetQueueId("a-b-1.c", 17, 5);

        Assert.Equal(new TopicPartition("a-b-1.c", 17), PartitionMapper.PartitionOf(queue));
    }
}

public sealed class OptionsTests
{
    [Fact]
    public async Task A_silo_names_every_wrong_option_and_does_not_start()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddKafkaStreams("orders", options =>
        {
            options.Topics.Add(new KafkaTopicOptions { Name = "a/b" });
            options.Lanes = 0;
            options.Consumer["enable.auto.commit"] = "true";
        }));
        await using var cluster = builder.Build();
        var problem = await Assert.ThrowsAnyAsync<Exception>(() => cluster.DeployAsync());
        var text = problem.ToString();

        Assert.Contains(nameof(OrleansConfigurationException), text, StringComparison.Ordinal);
        foreach (var part in new[] { "orders", "BootstrapServers", "GroupId", "a/b", "Lanes", "enable.auto.commit" })
            Assert.Contains(part, text, StringComparison.Ordinal);
    }
}

public sealed class EmbeddedKafkaTests
{
    [Fact]
    public async Task A_window_for_another_silo_keeps_all_that_it_holds()
    {
        await using var broker = new EmbeddedBroker();
        await broker.CreateTopicAsync("input", 1);
        await using var silos = await TestSilos.StartAsync(broker, "input");
        await broker.ProduceAsync("input", 0, ("k", "v"));
        await silos.Script.When(() => !silos.Script.Taken.IsEmpty);
        var (_, window) = silos.Script.Windows.First();
        var stream = StreamId.Create(LaneStreams.Namespace, new LaneId("input", 0, window.Lane).ToString());
        var container = new WindowContainer(stream, window, new EventSequenceTokenV2(window.End));
        var serializer = silos.Services.GetRequiredService<Orleans.Serialization.Serializer>();
        var copy = serializer.Deserialize<IBatchContainer>(serializer.SerializeToArray<IBatchContainer>(container))!;
        var (item, token) = Assert.Single(copy.GetEvents<Window>());

        Assert.Equal((stream, new EventSequenceTokenV2(window.End)), (copy.StreamId, token));
        Assert.Equal((window.Source, window.Reader, window.Begin, window.End, window.IsStart, window.ReaderSilo),
            (item.Source, item.Reader, item.Begin, item.End, item.IsStart, item.ReaderSilo));
        Assert.Equal("v", Encoding.UTF8.GetString(Assert.Single(item.Records).Value.Span));
    }

    [Fact]
    public async Task Chooses_partitions_as_the_producer_does()
    {
        await using var broker = new EmbeddedBroker();
        await broker.CreateTopicAsync("keys", 7);
        for (var i = 0; i < 50; i++)
        {
            var key = Encoding.UTF8.GetBytes(new string('k', i % 9) + i);
            using var producer = new DependentProducerBuilder<byte[], byte[]>(broker.Kafka.Handle).Build();
            var report = await producer.ProduceAsync("keys", new Message<byte[], byte[]> { Key = key, Value = [] });

            Assert.Equal(report.Partition.Value, Murmur2.Partition(key, 7));
        }
    }

    [Fact]
    public async Task A_producer_waits_while_too_much_is_not_committed()
    {
        await using var broker = new EmbeddedBroker();
        await broker.CreateTopicAsync("full", 1);
        var value = new byte[500_000];
        for (var i = 0; i < 4; i++)
            await broker.Kafka.ProduceAsync("full", null, value);
        var fifth = broker.Kafka.ProduceAsync("full", null, value);
        Assert.False(fifth.IsCompleted);
        await using var silos = await TestSilos.StartAsync(broker, "full");
        var offset = await fifth.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(4, offset);
        await broker.WhenCommittedAsync("full", 0, 5);
    }

    [Fact]
    public async Task Outputs_arrive_with_id_headers_and_key()
    {
        await using var broker = new EmbeddedBroker();
        await broker.CreateTopicAsync("input", 1);
        await broker.CreateTopicAsync("input.dead-letter", 1);
        await using var silos = await TestSilos.StartAsync(broker, "input");
        var record = new EventRecord { Offset = 7, Timestamp = 99, Key = "k"u8.ToArray(), Value = "v"u8.ToArray() };
        var output = DeadLetters.Create("input", 0, record, "broken", new string('s', 10_000));
        var outputs = silos.Services.GetRequiredService<IOutputs>();
        await outputs.SendAsync(output, CancellationToken.None);
        var read = Assert.Single(await broker.ReadAsync("input.dead-letter", 1)).Message;

        Assert.Equal(("k", "v"), (read.Key, read.Value));
        Assert.Equal("input/0/7", Header("id"));
        Assert.Equal("input/0/7", Header("origin"));
        Assert.Equal("broken", Header("reason"));
        Assert.Equal("99", Header("timestamp"));
        Assert.Equal(8_000, Header("stack").Length);

        string Header(string name) => HeaderOf(read, name);
    }

    [Fact]
    public async Task Outputs_arrive_though_their_producer_breaks_for_good()
    {
        await using var broker = new EmbeddedBroker();
        await broker.CreateTopicAsync("input", 1);
        await broker.CreateTopicAsync("output", 1);
        await using var silos = await TestSilos.StartAsync(broker, "input");
        var outputs = (KafkaOutputs)silos.Services.GetRequiredService<IOutputs>();
        await SendAsync(0);
        var broken = outputs.Producer();
        var sent = Enumerable.Range(1, 100).Select(SendAsync).ToList();
        LibRdKafka.TestFatalError(broken.Client, (int)Confluent.Kafka.ErrorCode.OutOfOrderSequenceNumber, "a test");
        sent.AddRange(Enumerable.Range(101, 100).Select(SendAsync));
        await Task.WhenAll(sent);

        Assert.NotSame(broken, outputs.Producer());
        // What was on its way may be there twice, and nothing is missing.
        var (count, found) = (0, 0);
        while (found < 201)
        {
            count += 201 - found;
            found = (await broker.ReadAsync("output", count)).DistinctBy(read => HeaderOf(read.Message, "id")).Count();
        }

        Task SendAsync(int id) => outputs.SendAsync(
            new Output { Id = $"{id}", Topic = "output", Key = "k"u8.ToArray(), Value = "v"u8.ToArray() }, CancellationToken.None);
    }

    [Fact]
    public async Task An_output_that_is_too_large_is_refused_for_good()
    {
        await using var broker = new EmbeddedBroker();
        await broker.CreateTopicAsync("input", 1);
        await using var silos = await TestSilos.StartAsync(broker, "input");
        var output = new Output { Id = "1", Topic = "input", Key = default, Value = new byte[3_000_000] };

        await Assert.ThrowsAsync<OutputException>(() =>
            silos.Services.GetRequiredService<IOutputs>().SendAsync(output, CancellationToken.None));
    }

    private static string HeaderOf(Message<string, string> message, string name) => Encoding.UTF8.GetString(message.Headers.GetLastBytes(name));
}
