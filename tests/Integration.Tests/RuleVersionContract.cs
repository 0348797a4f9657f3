using System.Text.Json;
using Grains.Interfaces;

namespace Integration.Tests;

/// <summary>Rules that are applied while silos run.</summary>
public abstract class RuleVersionContract
{
    protected abstract Task<TestPlace> PlaceAsync();

    [Fact]
    public async Task Rules_applied_in_a_running_silo_judge_from_then_on_and_windows_go_on()
    {
        await using var place = await PlaceAsync();
        place.WriteRules(Rules(90));
        await using (var host = await GranaryHost.StartAsync(place))
        {
            await host.ProduceAsync(("a", """{"value":50}"""), ("a", """{"value":50}"""), ("b", """{"value":95}"""));
            await host.WhenCountAsync("a", 2);
            await host.WhenCountAsync("b", 1);

            var sets = host.Grains.GetGrain<IRuleSets>(0);
            var error = await Assert.ThrowsAsync<CommandRefusedException>(() => sets.ApplyAsync(SetOf("kind: probe\nrules:\n  - { name: x, when: valeu > 1 }")).AsTask());
            Assert.Contains("probe.yaml:3", error.Message, StringComparison.Ordinal);
            Assert.Contains("value", error.Message, StringComparison.Ordinal);
            Assert.Equal(2, await sets.ApplyAsync(SetOf(Rules(40))));
            Assert.Equal(2, await sets.ApplyAsync(SetOf(Rules(40))));
            Assert.Equal([2L, 1L], (await sets.ListAsync(10)).Select(version => version.Number));

            await host.ProduceAsync(("a", """{"value":50}"""), ("b", """{"value":1}"""));
            await host.WhenCountAsync("a", 3);
            await host.WhenCountAsync("b", 2);
            Assert.Equal(
                ["a high firing 2", "a many firing 2", "b high firing 1", "b high resolved 2"], Alerts(host, place, expected: 4));
        }

        // The directory still has the first version, which is no reason to go back to it.
        await using var again = await GranaryHost.StartAsync(place);
        await TakeInAsync(again, ("c", """{"value":50}"""));
        Assert.Equal("high", Assert.Single(await again.Probe("c").AlertsAsync()).Rule);
        Assert.Equal(["high", "many"], await RulesAsync(again, "a"));
    }

    [Fact]
    public async Task A_rule_that_is_gone_ends_its_alert_with_the_next_event_and_is_not_found_any_more()
    {
        await using var place = await PlaceAsync();
        place.WriteRules("kind: probe\nrules:\n  - { name: high, when: value > 90 }\n  - { name: silent, when: absent(1h) }");
        await using var host = await GranaryHost.StartAsync(place);
        await TakeInAsync(host, ("a", """{"value":95}"""));

        await ApplyAsync(host, "kind: probe\nrules: []");
        await host.ProduceAsync(("a", """{"value":95}"""));
        await host.WhenCountAsync("a", 2);
        Assert.Equal(["a high firing 1", "a high resolved 2"], Alerts(host, place, expected: 2));
        Assert.Empty((await host.Grains.GetGrain<IAlertSearch>(0).FindAsync(new AlertQuery())).Alerts);
    }

    [Fact]
    public async Task A_rule_that_is_gone_ends_its_alert_though_no_event_comes()
    {
        await using var place = await PlaceAsync();
        place.WriteRules("kind: probe\nrules:\n  - { name: high, when: value > 90 }\n  - { name: low, when: value < 95 }");
        await using (var host = await GranaryHost.StartAsync(place))
        {
            await TakeInAsync(host, ("a", """{"value":94}"""), ("b", """{"value":96}"""));
            await ApplyAsync(host, "kind: probe\nrules:\n  - { name: low, when: value < 95 }");
            Assert.Equal(
                ["a high firing 1", "a high resolved 2", "a low firing 1", "b high firing 1", "b high resolved 2"], Alerts(host, place, expected: 5));
            Assert.Equal("low", Assert.Single(await host.Probe("a").AlertsAsync()).Rule);
            Assert.Empty(await host.Probe("b").AlertsAsync());
        }

        // As silos start with other rules than they had, too.
        place.WriteRules("kind: probe\nrules: []");
        await using var again = await GranaryHost.StartAsync(place);
        await GranaryHost.WhenAsync(async () => (await again.Probe("a").AlertsAsync()).Count == 0);
        await GranaryHost.WhenAsync(async () => (await again.Grains.GetGrain<IAlertSearch>(0).FindAsync(new AlertQuery())).Alerts.Count == 0);
    }

    [Fact]
    public async Task A_new_rule_that_time_alone_brings_about_fires_for_entities_without_a_further_event()
    {
        await using var place = await PlaceAsync();
        place.WriteRules("kind: probe\nrules:\n  - { name: high, when: value > 90 }");
        await using (var host = await GranaryHost.StartAsync(place))
        {
            await TakeInAsync(host, ("a", """{"value":95}"""), ("b", """{"value":1}"""));
            await ApplyAsync(host, Silent());
            Assert.Equal(["a high firing 1", "a silent firing 2", "b silent firing 2"], Alerts(host, place, expected: 3));

            // An alert's own timer, of a rule that had none.
            await ApplyAsync(host, Silent(", escalate: { after: 1s }"));
            Assert.Equal(
                ["a high firing 1", "a high firing 3", "a silent firing 2", "b silent firing 2"], Alerts(host, place, expected: 4));
        }

        // As silos start with other rules than they had, too: nobody has told the entities.
        place.WriteRules(Silent().Replace("silent", "quiet", StringComparison.Ordinal));
        await using var again = await GranaryHost.StartAsync(place);
        await GranaryHost.WhenAsync(async () => await RulesAsync(again, "a") is ["high", "quiet"] && await RulesAsync(again, "b") is ["quiet"]);
        await GranaryHost.WhenAsync(async () => (await again.Grains.GetGrain<IAlertSearch>(0).FindAsync(new AlertQuery())).Alerts.Count == 3);
    }

    [Fact]
    public async Task A_new_window_knows_what_happened_before_from_the_history()
    {
        await using var place = await PlaceAsync();
        place.WriteRules("kind: probe\nrules: []");
        await using var host = await GranaryHost.StartAsync(place);
        await host.ProduceAsync([.. Enumerable.Range(1, 5).Select(i => ("a", $$"""{"value":{{i}}}"""))]);
        await host.WhenCountAsync("a", 5);

        await ApplyAsync(host, """
            kind: probe
            rules:
              - { name: six, when: "sum(value, 12h) == 21 and count(12h) == 6" }
              - { name: rising, when: "sequence(value == 2, value == 4, value == 6) within 1h" }
            """);
        await host.ProduceAsync(("a", """{"value":6}"""), ("b", """{"value":6}"""));
        await host.WhenCountAsync("a", 6);
        await host.WhenCountAsync("b", 1);
        Assert.Equal(["a rising firing 2", "a six firing 2"], Alerts(host, place, expected: 2));
    }

    [Fact]
    public async Task A_silo_whose_kinds_have_changed_since_starts_with_its_own_rules()
    {
        await using var place = await PlaceAsync();
        place.WriteRules("kind: probe\nrules:\n  - { name: hot, when: heat > 90 }");
        await using (var host = await GranaryHost.StartAsync(place, "--Kinds:probe:Fields:heat:Type=Number"))
        {
            await TakeInAsync(host, ("a", """{"value":1,"heat":95}"""));
        }

        place.WriteRules(Rules(40));
        await using var again = await GranaryHost.StartAsync(place);
        Assert.Equal([2L, 1L], (await again.Grains.GetGrain<IRuleSets>(0).ListAsync(10)).Select(version => version.Number));
        await again.ProduceAsync(("a", """{"value":50}"""));
        await again.WhenCountAsync("a", 2);
        Assert.Equal("high", Assert.Single(await again.Probe("a").AlertsAsync()).Rule);
    }

    [Fact]
    public async Task A_hundred_versions_under_load_lose_and_double_nothing()
    {
        const int Keys = 20;
        await using var place = await PlaceAsync();
        place.WriteRules(Reloaded(0));
        await using var host = await GranaryHost.StartAsync(place);
        using var stop = new CancellationTokenSource();
        var load = Task.Run(() => ProduceUntilAsync(host, Keys, stop.Token));
        for (var version = 2; version <= 101; version++)
        {
            Assert.Equal(version, await ApplyAsync(host, Reloaded(version)));
            var seen = version;
            await GranaryHost.WhenAsync(async () => (await host.Probe("k0").GetAsync()).Count >= seen);
        }

        await stop.CancelAsync();
        var rounds = await load;
        for (var key = 0; key < Keys; key++) await host.WhenCountAsync($"k{key}", rounds);
        for (var key = 0; key < Keys; key++) Assert.Equal(rounds, (await host.Probe($"k{key}").GetAsync()).Count);

        var expected = Keys * ((rounds / 10) + ((rounds - 1) / 10));
        var alerts = WholePathContract.ReadAll(host, place.Topic + ".alerts", expected).Select(alert => JsonDocument.Parse(alert.Message.Value).RootElement).ToList();
        Assert.Equal(expected, alerts.Select(alert => alert.GetProperty("id").GetString()).Distinct().Count());
        // By number: what an activation of before the lane's start has caused is sent only once it is durable, later than what follows.
        Assert.All(alerts.OrderBy(alert => alert.GetProperty("value").GetDouble()).GroupBy(alert => alert.GetProperty("entity").GetString()), entity =>
        {
            var firing = entity.Where(alert => alert.GetProperty("state").GetString() == "firing").Select(alert => alert.GetProperty("value").GetDouble());
            Assert.Equal(Enumerable.Range(1, rounds / 10).Select(n => n * 10.0), firing);
            var versions = entity.Select(alert => alert.GetProperty("version").GetInt64()).ToList();
            Assert.Equal(versions.Order(), versions);
        });
    }

    // Rule "tenth" is the same in all versions: what it counts goes on. The others come, go and change.
    private static string Reloaded(int version) => $$"""
        kind: probe
        rules:
          - { name: never{{version % 3}}, when: "avg(value, {{1 + (version % 7)}}m) > 1e9" }
          - { name: tenth, when: "last(value, 12h) > 0 and count(12h) % 10 == 0" }
          - { name: unlikely, when: value < {{-version - 1}}, for: {{1 + (version % 5)}}s }
        """;

    private static async Task<int> ProduceUntilAsync(GranaryHost host, int keys, CancellationToken stop)
    {
        var round = 0;
        while (!stop.IsCancellationRequested || round % 10 != 5)
        {
            round++;
            await host.ProduceAsync([.. Enumerable.Range(0, keys).Select(key => ($"k{key}", $$"""{"value":{{round}}}"""))]);
        }

        return round;
    }

    private static string Rules(int threshold) => $$"""
        kind: probe
        rules:
          - { name: high, when: value > {{threshold}} }
          - { name: many, when: count(12h) >= 3 }
        """;

    /// <summary>The first event of each probe; on return each has applied its own.</summary>
    private static async Task TakeInAsync(GranaryHost host, params (string Key, string Json)[] events)
    {
        await host.ProduceAsync(events);
        foreach (var (key, _) in events) await host.WhenCountAsync(key, 1);
    }

    private static ValueTask<long> ApplyAsync(GranaryHost host, string yaml) => host.Grains.GetGrain<IRuleSets>(0).ApplyAsync(SetOf(yaml));

    private static async Task<string[]> RulesAsync(GranaryHost host, string probe) =>
        [.. (await host.Probe(probe).AlertsAsync()).Select(alert => alert.Rule).Order()];

    private static string Silent(string more = "") => $$"""
        kind: probe
        rules:
          - { name: high, when: value > 90{{more}} }
          - { name: silent, when: absent(1s) }
        """;

    private static RuleSet SetOf(string yaml) => new(new Dictionary<string, string> { ["probe.yaml"] = yaml }, "ann");

    private static IEnumerable<string> Alerts(GranaryHost host, TestPlace place, int expected) =>
        WholePathContract.ReadAll(host, place.Topic + ".alerts", expected).Select(alert =>
        {
            var json = JsonDocument.Parse(alert.Message.Value).RootElement;
            return $"{json.GetProperty("entity")} {json.GetProperty("rule")} {json.GetProperty("state")} {json.GetProperty("version")}";
        }).Order();
}

public sealed class EmbeddedRuleVersionTests : RuleVersionContract
{
    protected override Task<TestPlace> PlaceAsync() => Task.FromResult(TestPlace.Embedded());
}

public sealed class RealRuleVersionTests : RuleVersionContract
{
    protected override Task<TestPlace> PlaceAsync() => TestPlace.RealAsync();
}
