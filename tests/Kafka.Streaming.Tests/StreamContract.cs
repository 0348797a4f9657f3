using System.Text;
using Checkpointing;

namespace Kafka.Streaming.Tests;

/// <summary>What holds on every broker.</summary>
public abstract class StreamContract : IAsyncLifetime
{
    private protected string Topic { get; } = $"topic-{Guid.NewGuid():N}";

    private protected TestBroker Broker { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Broker = CreateBroker();
        await Broker.CreateTopicAsync(Topic, 2);
    }

    public async ValueTask DisposeAsync()
    {
        if (Broker is not null)
            await Broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract TestBroker CreateBroker();

    [Fact]
    public async Task Every_record_reaches_its_lane_in_order_and_is_committed()
    {
        await Broker.ProduceAsync(Topic, 0, Numbered(0, 300));
        await Broker.ProduceAsync(Topic, 1, Numbered(300, 200));
        await using var silos = await TestSilos.StartAsync(Broker, Topic);
        await silos.Script.When(() => silos.Script.Taken.Count == 500);

        Assert.Equal(Enumerable.Range(0, 500), silos.Script.Values.Select(int.Parse).Order());
        foreach (var lane in silos.Script.Taken.GroupBy(entry => (entry.Source, entry.Lane)))
            Assert.Equal(lane.Select(entry => entry.Record.Offset).Order(), lane.Select(entry => entry.Record.Offset));
        foreach (var key in silos.Script.Taken.GroupBy(entry => Encoding.UTF8.GetString(entry.Record.Key.Span)))
            Assert.Single(key.Select(entry => entry.Lane).Distinct());
        await Broker.WhenCommittedAsync(Topic, 0, 300);
        await Broker.WhenCommittedAsync(Topic, 1, 200);
    }

    [Fact]
    public async Task Nothing_is_committed_before_it_is_durable()
    {
        var script = new LaneScript { Behaviour = _ => Reply.Hold };
        await using var silos = await TestSilos.StartAsync(Broker, Topic, script);
        await Broker.ProduceAsync(Topic, 0, Numbered(0, 100));
        await script.When(() => script.Taken.Count == 100);
        var held = silos.Health.Partitions.Single(partition => partition.Partition == 0);

        Assert.Equal(100, held.Retained);
        Assert.True(await Broker.CommittedAsync(Topic, 0) <= 0);
        script.Release();
        await Broker.WhenCommittedAsync(Topic, 0, 100);
        Assert.Equal(0, silos.Health.Partitions.Sum(partition => partition.Retained));
    }

    [Fact]
    public async Task The_next_owner_goes_on_where_records_are_not_durable()
    {
        var script = new LaneScript();
        await using (var first = await TestSilos.StartAsync(Broker, Topic, script))
        {
            await Broker.ProduceAsync(Topic, 0, Numbered(0, 50));
            await Broker.WhenCommittedAsync(Topic, 0, 50);
            script.Behaviour = _ => Reply.Hold;
            await Broker.ProduceAsync(Topic, 0, Numbered(50, 30));
            await script.When(() => script.Taken.Count == 80);
        }
        var next = new LaneScript();
        await using var second = await TestSilos.StartAsync(Broker, Topic, next);
        await next.When(() => next.Taken.Count == 30);

        Assert.Equal(Enumerable.Range(50, 30), next.Values.Select(int.Parse).Order());
        await Broker.WhenCommittedAsync(Topic, 0, 80);
    }

    [Fact]
    public async Task What_was_durable_at_the_stop_is_committed_by_the_stop()
    {
        var script = new LaneScript();
        await using (var first = await TestSilos.StartAsync(
            Broker, Topic, script, options => options.CommitInterval = TimeSpan.FromHours(1)))
        {
            await Broker.ProduceAsync(Topic, 0, Numbered(0, 50));
            await script.When(() => script.Taken.Count == 50);
        }

        Assert.Equal(50, await Broker.CommittedAsync(Topic, 0));
    }

    [Fact]
    public async Task Records_that_no_entity_can_take_say_why_and_hold_up_nothing()
    {
        await Broker.ProduceAsync(Topic, 0,
            ("a", "0"), (null, "1"), ("\u00ff\u00fe", "2"), ("b", new string('x', 2000)), ("", "4"), ("c", null), ("d", "6"));
        await using var silos = await TestSilos.StartAsync(Broker, Topic);
        await silos.Script.When(() => silos.Script.Taken.Count == 7);
        var records = silos.Script.Taken.Select(entry => entry.Record).OrderBy(record => record.Offset).ToList();

        Assert.Equal([false, true, true, true, true, false, false], records.Select(record => record.Problem is not null));
        Assert.Contains("no key", records[1].Problem, StringComparison.Ordinal);
        Assert.Contains("UTF-8", records[2].Problem, StringComparison.Ordinal);
        Assert.Contains("2001 bytes; 1000", records[3].Problem, StringComparison.Ordinal);
        Assert.All(records.Where(record => record.Problem is not null), record => Assert.True(record.Key.IsEmpty));
        Assert.Equal("1", Encoding.UTF8.GetString(records[1].Value.Span));
        Assert.True(records[3].Value.IsEmpty);
        Assert.True(records[5].Value.IsEmpty);
        await Broker.WhenCommittedAsync(Topic, 0, 7);
    }

    [Fact]
    public async Task A_full_buffer_pauses_its_partition_until_there_is_room()
    {
        var script = new LaneScript { Behaviour = window => window.Partition == 0 ? Reply.Hold : Reply.Durable };
        await using var silos = await TestSilos.StartAsync(
            Broker, Topic, script, options => options.MaxBufferedRecordsPerPartition = 100);
        await Broker.ProduceAsync(Topic, 0, Numbered(0, 100));
        await TestSilos.WhenAsync(() => silos.Health.Partitions.Any(entry => entry.State == KafkaPartitionState.Paused));
        await Broker.ProduceAsync(Topic, 0, Numbered(100, 900));
        await Broker.ProduceAsync(Topic, 1, Numbered(1000, 100));
        await script.When(() => script.Values.Select(int.Parse).Count(value => value >= 1000) == 100);

        Assert.InRange(silos.Health.Partitions[0].Retained, 100, 200);
        script.Behaviour = _ => Reply.Durable;
        script.Release();
        await script.When(() => script.Taken.Count == 1100);
        await Broker.WhenCommittedAsync(Topic, 0, 1000);
        Assert.Equal(Enumerable.Range(0, 1100), script.Values.Select(int.Parse).Order());
    }

    [Fact]
    public async Task A_window_that_fails_is_delivered_again()
    {
        var failures = 0;
        var script = new LaneScript
        {
            Behaviour = _ => Interlocked.Increment(ref failures) == 1 ? Reply.Failure : Reply.Durable,
        };
        await using var silos = await TestSilos.StartAsync(Broker, Topic, script);
        await Broker.ProduceAsync(Topic, 0, Numbered(0, 10));
        await script.When(() => script.Taken.Count == 10);

        await Broker.WhenCommittedAsync(Topic, 0, 10);
    }

    [Fact]
    public async Task A_lane_that_has_lost_its_memory_is_started_again_out_of_the_cache()
    {
        var script = new LaneScript { Behaviour = _ => Reply.Hold };
        await using var silos = await TestSilos.StartAsync(Broker, Topic, script);
        await Broker.ProduceAsync(Topic, 0, Enumerable.Range(0, 5).Select(i => ("key", (string?)$"{i}")).ToArray()!);
        await script.When(() => script.Taken.Count == 5);
        var lane = new LaneId(Topic, 0, script.Taken.First().Lane);
        var again = script.When(() => script.Taken.Count == 10);
        await silos.Cluster.Client.GetGrain<ITestLane>(lane.ToString()).Forget();
        await again;

        Assert.True(script.Windows.Last(entry => entry.Window.Records.Count > 0).Window.IsStart);
        Assert.Equal(["0", "1", "2", "3", "4"], script.Values.Skip(5));
        script.Behaviour = _ => Reply.Durable;
        script.Release();
        await Broker.WhenCommittedAsync(Topic, 0, 5);
    }

    [Fact]
    public async Task A_lane_that_does_not_answer_is_asked_where_it_stands()
    {
        var script = new LaneScript { Behaviour = window => window.Records.Count > 0 ? Reply.Silence : Reply.Durable };
        await using var silos = await TestSilos.StartAsync(Broker, Topic, script);
        await Broker.ProduceAsync(Topic, 0, Numbered(0, 1));
        await script.When(() => script.Windows.Any(entry => entry.Window.Records.Count == 0));

        await Broker.WhenCommittedAsync(Topic, 0, 1);
        Assert.Single(script.Taken);
    }

    [Fact]
    public async Task A_topic_that_is_missing_is_read_once_it_exists()
    {
        var late = $"late-{Guid.NewGuid():N}";
        await using var silos = await TestSilos.StartAsync(Broker, late);
        await TestSilos.WhenAsync(() => silos.Health.Errors.ContainsKey($"topic {late}"));
        await Broker.CreateTopicAsync(late, 2);
        await Broker.ProduceAsync(late, 1, Numbered(0, 10));
        await silos.Script.When(() => silos.Script.Taken.Count == 10);

        await Broker.WhenCommittedAsync(late, 1, 10);
        Assert.True(silos.Health.IsHealthy);
    }

    [Fact]
    public async Task Silos_share_the_partitions_and_take_over_from_one_that_leaves()
    {
        var script = new LaneScript();
        await using var silos = await TestSilos.StartAsync(Broker, Topic, script, silos: 2);
        await Broker.ProduceAsync(Topic, 0, Numbered(0, 20));
        await Broker.ProduceAsync(Topic, 1, Numbered(20, 20));
        await script.When(() => script.Taken.DistinctBy(entry => (entry.Source, entry.Record.Offset)).Count() == 40);
        await Broker.WhenCommittedAsync(Topic, 0, 20);
        await Broker.WhenCommittedAsync(Topic, 1, 20);
        await silos.Cluster.StopSiloAsync(silos.Cluster.Silos[1]);
        await Broker.ProduceAsync(Topic, 0, Numbered(40, 20));
        await Broker.ProduceAsync(Topic, 1, Numbered(60, 20));

        await Broker.WhenCommittedAsync(Topic, 0, 40);
        await Broker.WhenCommittedAsync(Topic, 1, 40);
        Assert.Equal(Enumerable.Range(0, 80), script.Values.Select(int.Parse).Distinct().Order());
    }

    internal static (string? Key, string? Value)[] Numbered(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => ((string?)$"key-{i % 37}", (string?)$"{i}"))];
}

public sealed class EmbeddedStreamTests : StreamContract
{
    private protected override TestBroker CreateBroker() => new EmbeddedBroker();
}
