using System.Text;
using Checkpointing;
using Confluent.Kafka;
using Grains.Entities;
using Grains.Interfaces;
using HBase.Client;
using Microsoft.Extensions.DependencyInjection;
using Thermostat;

namespace Integration.Tests;

/// <summary>From an event on a topic to a durable state, through everything between; on the embedded and on real servers.</summary>
public abstract class WholePathContract
{
    protected abstract Task<TestPlace> PlaceAsync();

    [Fact]
    public async Task Every_event_counts_once_and_an_alert_fires_once_and_resolves_once()
    {
        await using var place = await PlaceAsync();
        await using var host = await GranaryHost.StartAsync(place);

        await host.ProduceAsync(("a", """{"value":50}"""), ("a", """{"value":95}"""), ("a", """{"value":99}"""), ("b", """{"value":1}"""));
        await host.ProduceAsync(("a", """{"value":70}"""));
        await host.WhenCountAsync("a", 4);

        var a = await host.Probe("a").GetAsync();
        Assert.Equal((4, 50.0, 99.0, 314.0), (a.Count, a.Fields["value"].Min, a.Fields["value"].Max, a.Fields["value"].Sum));
        Assert.Empty(a.Alerts);
        var alerts = ReadAll(host, place.Topic + ".alerts", expected: 2);
        Assert.Equal(["firing", "resolved"], alerts.Select(alert => StateOf(alert.Message.Value)));
        Assert.Equal(2, alerts.Select(alert => Encoding.UTF8.GetString(alert.Message.Headers.GetLastBytes("id"))).Distinct().Count());
    }

    [Fact]
    public async Task A_silo_that_starts_again_knows_what_was_durable_and_reads_nothing_twice()
    {
        await using var place = await PlaceAsync();
        await using (var host = await GranaryHost.StartAsync(place))
        {
            await host.ProduceAsync([.. Enumerable.Range(0, 500).Select(i => ($"k{i % 20}", $$"""{"value":{{i}}}"""))]);
            await host.WhenCountAsync("k19", 25);
        }

        await using var again = await GranaryHost.StartAsync(place);
        await again.ProduceAsync(("k0", """{"value":1}"""));
        await again.WhenCountAsync("k0", 26);
        Assert.Equal(26, (await again.Probe("k0").GetAsync()).Count);
        Assert.Equal(25, (await again.Probe("k7").GetAsync()).Count);
    }

    [Fact]
    public async Task A_lost_activation_is_repaired_by_its_lane()
    {
        await using var place = await PlaceAsync();
        await using var host = await GranaryHost.StartAsync(place, "--Checkpoints:CheckpointInterval=00:00:03");
        for (var round = 1; round <= 5; round++)
        {
            await host.ProduceAsync(("x", """{"value":1}"""), ("y", """{"value":1}"""));
            var count = round;
            await GranaryHost.WhenAsync(async () => (await host.Probe("y").GetAsync()).Count == count);
            await host.Grains.GetGrain<IEventTarget>(host.Probe("x").GetGrainId()).ForgetAsync();
        }

        await host.WhenCountAsync("x", 5);
        Assert.Equal(5, (await host.Probe("x").GetAsync()).Count);
    }

    [Fact]
    public async Task An_entity_is_fed_without_calls_while_it_is_read_and_commanded_and_written()
    {
        const int rounds = 40, events = 50;
        await using var place = await PlaceAsync();
        await using var host = await GranaryHost.StartAsync(place, "--Checkpoints:CheckpointInterval=00:00:00.020");
        await host.ProduceAsync(("hot", """{"value":95}"""));
        await host.WhenCountAsync("hot", 1);
        var id = host.Probe("hot").GetGrainId();
        Assert.NotNull(host.Services.GetRequiredService<ActiveEntities>().Find(id));

        using var done = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var snapshot = await host.Probe("hot").GetAsync();
                Assert.Equal(snapshot.Count * 95.0, snapshot.Fields["value"].Sum); // as of one moment
            }
        });
        var before = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        for (var round = 0; round < rounds; round++)
        {
            var produced = host.ProduceAsync([.. Enumerable.Repeat(("hot", """{"value":95}"""), events)]);
            await host.Probe("hot").RemarkAsync(new()
            {
                Rule = "high",
                Remark = new(RemarkKind.Comment, "ann", $"{round}", TimeProvider.System.GetUtcNow()),
                CommandId = Guid.NewGuid(),
            });
            await produced;
            if (round % 10 == 5) await host.Grains.GetGrain<IEventTarget>(id).ForgetAsync();
        }

        await host.WhenCountAsync("hot", 1 + (rounds * events));
        await done.CancelAsync();
        await reader;
        var hot = await host.Probe("hot").GetAsync();
        Assert.Equal((1 + (rounds * events), rounds), (hot.Count, Assert.Single(hot.Alerts).Remarks.Count));
        var history = await host.Probe("hot").HistoryAsync(before, before.AddMinutes(10)).CountAsync(e => !e.IsAlert);
        Assert.Equal(1 + (rounds * events), history);
        Assert.Single(ReadAll(host, place.Topic + ".alerts", expected: 1).Select(alert => Encoding.UTF8.GetString(alert.Message.Headers.GetLastBytes("id"))).Distinct());
    }

    [Fact]
    public async Task An_entity_is_written_without_a_call_until_it_goes()
    {
        await using var place = await PlaceAsync();
        await using var host = await GranaryHost.StartAsync(place, "--Checkpoints:CheckpointInterval=00:10:00"); // so that nobody else writes it
        await host.ProduceAsync(("hot", """{"value":95}"""));
        await GranaryHost.WhenAsync(async () => (await host.Probe("hot").GetAsync()).Count == 1); // applied, not yet durable
        var entity = host.Services.GetRequiredService<ActiveEntities>().Find(host.Probe("hot").GetGrainId())!;
        var sources = host.Services.GetRequiredService<ILaneReaders>().All.Where(reader => reader.Topic == place.Topic).Select(reader => reader.Source);

        var durable = 0L;
        foreach (var source in sources)
        {
            Assert.True(entity.TryFlush(source, 0, out var flush));
            durable = Math.Max(durable, (await flush).Durable);
        }

        Assert.Equal(1, durable);
        await host.Grains.GetGrain<IEventTarget>(host.Probe("hot").GetGrainId()).ForgetAsync();
        Assert.False(entity.TryFlush(sources.First(), 0, out _));
        Assert.Equal(1, (await host.Probe("hot").GetAsync()).Count); // read from the row
    }

    [Fact]
    public async Task Broken_records_become_dead_letters_with_their_reason_and_harm_nobody()
    {
        await using var place = await PlaceAsync();
        await using var host = await GranaryHost.StartAsync(place, "--Kafka:MaxRecordBytes=100000");
        string[] broken =
            ["no JSON", """{"value":"text"}""", """{"value":1e999}""", "[1,2]", """{"value":1}}""", string.Concat(Enumerable.Repeat("{\"a\":", 200)), new string('x', 150_000)];
        await host.ProduceAsync([.. broken.SelectMany(b => ((string, string)[])[("good", """{"value":1}"""), ("bad", b)])]);
        await host.WhenCountAsync("good", broken.Length);

        var letters = ReadAll(host, place.Topic + DeadLetters.Suffix, broken.Length);
        Assert.All(letters, letter => Assert.NotEmpty(letter.Message.Headers.GetLastBytes("reason")));
        Assert.Equal(broken.Length, letters.Select(l => Encoding.UTF8.GetString(l.Message.Headers.GetLastBytes("origin"))).Distinct().Count());
        Assert.False((await host.Probe("bad").GetAsync()).Seen);
    }

    [Fact]
    public async Task What_is_due_happens_without_an_event_and_once()
    {
        await using var place = await PlaceAsync();
        place.WriteRules("""
            kind: probe
            rules:
              - { name: silent, when: absent(3s) }
              - { name: hot, when: value > 90, for: 2s }
              - { name: quiet, when: absent(4s), clock: wall }
            """);
        await using var host = await GranaryHost.StartAsync(place);
        await host.ProduceAsync(("a", """{"value":95}"""), ("b", """{"value":1}"""));

        await GranaryHost.WhenAsync(async () => (await host.Probe("b").AlertsAsync()).Count == 2 && (await host.Probe("a").AlertsAsync()).Count == 3);
        var alerts = ReadAll(host, place.Topic + ".alerts", expected: 5);
        Assert.Equal(["a hot", "a quiet", "a silent", "b quiet", "b silent"], alerts.Select(NameOf).Order());

        await host.ProduceAsync(("b", """{"value":1}"""));
        await host.WhenCountAsync("b", 2);
        Assert.Empty(await host.Probe("b").AlertsAsync());
        Assert.Equal(7, ReadAll(host, place.Topic + ".alerts", expected: 7).Select(alert => Encoding.UTF8.GetString(alert.Message.Headers.GetLastBytes("id"))).Distinct().Count());
    }

    [Fact]
    public async Task What_fell_due_while_no_silo_was_up_happens_after_the_start()
    {
        await using var place = await PlaceAsync();
        place.WriteRules("""
            kind: probe
            rules:
              - { name: silent, when: absent(8s) }
              - { name: quiet, when: absent(8s), clock: wall }
            """);
        await using (var host = await GranaryHost.StartAsync(place))
        {
            await host.ProduceAsync([.. Enumerable.Range(0, 20).Select(i => ($"k{i}", """{"value":1}"""))]);
            for (var i = 0; i < 20; i++) await host.WhenCountAsync($"k{i}", 1);
        }

        await using var again = await GranaryHost.StartAsync(place);
        var alerts = ReadAll(again, place.Topic + ".alerts", expected: 40);
        Assert.Equal(40, alerts.Select(NameOf).Distinct().Count());
    }

    private static string NameOf(ConsumeResult<byte[], byte[]> alert)
    {
        var json = System.Text.Json.JsonDocument.Parse(alert.Message.Value).RootElement;
        return $"{json.GetProperty("entity")} {json.GetProperty("rule")}";
    }

    [Fact]
    public async Task Active_alerts_are_found_without_asking_their_entities()
    {
        await using var place = await PlaceAsync();
        place.WriteRules("""
            kind: probe
            rules:
              - { name: high, when: value > 90, labels: { severity: critical } }
              - { name: low, when: value < 10, labels: { severity: info } }
            """);
        await using var host = await GranaryHost.StartAsync(place);
        await host.ProduceAsync([.. Enumerable.Range(0, 40).Select(i => ($"e{i:D2}", $$"""{"value":{{(i % 2 == 0 ? 95 : 5)}}}"""))]);
        await host.ProduceAsync(("e00", """{"value":50}"""));
        await host.WhenCountAsync("e00", 2);
        for (var i = 1; i < 40; i++) await host.WhenCountAsync($"e{i:D2}", 1);

        var search = host.Grains.GetGrain<IAlertSearch>(0);
        Assert.Equal(39, (await AllAsync(search, new AlertQuery { Limit = 7 })).Count);
        var critical = await AllAsync(search, new AlertQuery
        {
            Kind = "probe",
            KeyPrefix = "e0",
            State = AlertState.Firing,
            Labels = new Dictionary<string, string> { ["severity"] = "critical" },
            Acknowledged = false,
        });
        Assert.Equal(["e02", "e04", "e06", "e08"], critical.Select(found => found.Key).Order());
        Assert.Equivalent(Assert.Single(await host.Probe("e02").AlertsAsync()), critical.Single(found => found.Key == "e02").Alert, strict: true);
        Assert.Empty(await AllAsync(search, new AlertQuery { Rule = "high", SinceBefore = TimeProvider.System.GetUtcNow().AddHours(-1) }));
        Assert.Empty(await AllAsync(search, new AlertQuery { Kind = "other" }));
    }

    private static async Task<List<FoundAlert>> AllAsync(IAlertSearch search, AlertQuery query)
    {
        var all = new List<FoundAlert>();
        AlertPage page;
        do
        {
            page = await search.FindAsync(query);
            all.AddRange(page.Alerts);
            query = query with { After = page.Next };
        }
        while (page.Next is not null);
        return all;
    }

    [Fact]
    public async Task An_acknowledgement_is_durable_when_it_returns_and_its_repetition_counts_once()
    {
        await using var place = await PlaceAsync();
        var command = new AlertAcknowledgement { Rule = "high", Who = "ann", Why = "on it", CommandId = Guid.NewGuid(), IssuedAt = TimeProvider.System.GetUtcNow() };
        await using (var host = await GranaryHost.StartAsync(place))
        {
            await host.ProduceAsync(("hot", """{"value":95}"""));
            await host.WhenCountAsync("hot", 1);
            var acknowledged = await host.Probe("hot").AcknowledgeAsync(command);
            Assert.Equal("ann", acknowledged.AcknowledgedBy);
            Assert.Equivalent(acknowledged, await host.Probe("hot").AcknowledgeAsync(command));
            await host.Grains.GetGrain<IEventTarget>(host.Probe("hot").GetGrainId()).ForgetAsync();
            Assert.Equal("on it", Assert.Single(await host.Probe("hot").AlertsAsync()).AcknowledgedWhy);
            foreach (var remark in (AlertRemark[])[
                new(RemarkKind.Assignment, "ann", "bob", command.IssuedAt.AddMilliseconds(1)),
                new(RemarkKind.Comment, "bob", "the fan", command.IssuedAt.AddMilliseconds(2)),
                new(RemarkKind.Comment, "ann", "no, the belt", command.IssuedAt.AddMilliseconds(2))])
                await host.Probe("hot").RemarkAsync(new() { Rule = "high", Remark = remark, CommandId = Guid.NewGuid() });
            await host.Grains.GetGrain<IEventTarget>(host.Probe("hot").GetGrainId()).ForgetAsync();
            var alert = Assert.Single(await host.Probe("hot").AlertsAsync());
            Assert.Equal(("bob", "no, the belt"), (alert.AssignedTo, alert.Remarks[^1].Text));
            var history = await host.Probe("hot").HistoryAsync(command.IssuedAt.AddMinutes(-1), command.IssuedAt.AddMinutes(1)).ToListAsync();
            Assert.Equal(["acknowledged", "assigned", "commented", "commented"], history.Where(e => e.Source == "people").Select(e => StateOf(Encoding.UTF8.GetBytes(e.Json))));
            await Assert.ThrowsAsync<AlertNotActiveException>(async () =>
                await host.Probe("hot").AcknowledgeAsync(command with { Rule = "none", CommandId = Guid.NewGuid() }));
        }
    }

    [Fact]
    public async Task History_is_read_by_time_and_an_unknown_entity_leaves_no_row()
    {
        await using var place = await PlaceAsync();
        await using var host = await GranaryHost.StartAsync(place);
        var before = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await host.ProduceAsync([.. Enumerable.Range(0, 30).Select(i => ("h", $$"""{"value":{{i}}}"""))]);
        await host.WhenCountAsync("h", 30);

        var events = await host.Probe("h").HistoryAsync(before, before.AddHours(1)).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $$"""{"value":{{i}}}"""), events.Where(e => !e.IsAlert).Select(e => e.Json));
        Assert.Empty(await host.Probe("h").HistoryAsync(before.AddDays(-1), before).ToListAsync());
        Assert.False((await host.Probe("nobody").GetAsync()).Seen);
        var rows = await host.Services.GetRequiredService<IHBase>().GetTable(place.Name).ScanAsync(new Scan()).ToListAsync();
        Assert.DoesNotContain(rows, row => Encoding.UTF8.GetString(row.Key.Span).Contains("nobody", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_grain_of_the_applications_own_keeps_its_state_and_its_commands()
    {
        await using var place = await PlaceAsync();
        await using (var host = await GranaryHost.StartAsync(place))
        {
            await host.Grains.GetGrain<IThermostat>(place.Name).SetTarget(30);
            await host.Grains.GetGrain<IEventTarget>(host.Grains.GetGrain<IThermostat>(place.Name).GetGrainId()).ForgetAsync();
            await host.Grains.GetGrain<IEventGateway>(0).ProduceAsync("rooms", [new ProducedEvent(place.Name, Encoding.UTF8.GetBytes("""{"celsius":25}"""))]);
            await GranaryHost.WhenAsync(async () => await host.Grains.GetGrain<IThermostat>(place.Name).IsHeating());
        }
    }

    [Fact]
    public async Task A_rule_in_code_goes_on_where_it_was_when_the_silo_starts_again()
    {
        await using var place = await PlaceAsync();
        // The first entity drifts while a silo is up, the second through a restart.
        double[] drifting = [.. Enumerable.Range(0, 60).Select(i => i < 40 ? 19 + (i % 2 * 2) : 22.0)];
        var (straight, restarted) = (EntityKey.Of("sensor", place.Name + "-1"), EntityKey.Of("sensor", place.Name + "-2"));
        Alert expected;
        await using (var host = await GranaryHost.StartAsync(place))
        {
            expected = Assert.Single(await ObserveAsync(host, straight, 0, drifting));
            Assert.Equal("warning", expected.Labels["severity"]);
            Assert.StartsWith($"{place.Name}-1 drifts: ", expected.Message, StringComparison.Ordinal);
            Assert.Empty(await ObserveAsync(host, restarted, 0, drifting[..44]));
        }

        await using var again = await GranaryHost.StartAsync(place);
        var alert = Assert.Single(await ObserveAsync(again, restarted, 44, drifting));
        Assert.Equal((expected.Value, expected.FiredAt, AlertState.Firing), (alert.Value, alert.FiredAt, alert.State));
    }

    /// <summary>The entity's alerts once it has had these temperatures, a second apart.</summary>
    private static async Task<IReadOnlyList<Alert>> ObserveAsync(GranaryHost host, string entity, int from, double[] temperatures)
    {
        var grain = host.Grains.GetGrain<IEntity>(entity);
        await host.Grains.GetGrain<IEventGateway>(0).ProduceAsync(host.Place.SensorTopic, [.. Enumerable.Range(from, temperatures.Length - from).Select(i =>
            new ProducedEvent(EntityKey.Parse(entity).Key, Encoding.UTF8.GetBytes(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"temperature":{{temperatures[i]}},"at":{{1_790_000_000 + i}}}"""))))]);
        await GranaryHost.WhenAsync(async () => (await grain.GetAsync()).Count == temperatures.Length);
        await GranaryHost.WhenAsync(() => ValueTask.FromResult(host.Health.Partitions.Sum(p => p.Retained) == 0));
        return await grain.AlertsAsync();
    }

    private static string StateOf(byte[] alert) =>
        System.Text.Json.JsonDocument.Parse(alert).RootElement.GetProperty("state").GetString()!;

    internal static List<ConsumeResult<byte[], byte[]>> ReadAll(GranaryHost host, string topic, int expected)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = host.BootstrapServers,
            GroupId = "reader",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        }).Build();
        consumer.Assign([new TopicPartitionOffset(topic, 0, Offset.Beginning), new TopicPartitionOffset(topic, 1, Offset.Beginning)]);
        var read = new List<ConsumeResult<byte[], byte[]>>();
        while (read.Count < expected && consumer.Consume(TimeSpan.FromSeconds(30)) is { } record) read.Add(record);
        while (consumer.Consume(TimeSpan.FromMilliseconds(500)) is { } tooMany) read.Add(tooMany);
        Assert.Equal(expected, read.Count);
        return read;
    }
}

public sealed class EmbeddedWholePathTests : WholePathContract
{
    protected override Task<TestPlace> PlaceAsync() => Task.FromResult(TestPlace.Embedded());
}

public sealed class RealWholePathTests : WholePathContract
{
    protected override Task<TestPlace> PlaceAsync() => TestPlace.RealAsync();
}
