using Client;
using Client.Backtesting;
using Grains.Interfaces;
using Microsoft.Extensions.Options;
using Rules.Engine;
using Rules.Language;

namespace Integration.Tests;

/// <summary>Other rules over what a silo has kept, beside what its own rules did.</summary>
public sealed class BacktestTests
{
    [Fact]
    public async Task Other_rules_are_tried_on_the_history_of_all_entities()
    {
        await using var place = TestPlace.Embedded();
        await using var host = await GranaryHost.StartAsync(place);
        var begin = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await host.ProduceAsync([.. Enumerable.Range(0, 40).SelectMany(i => ((string, string)[])
            [($"e{i:D2}", """{"value":50}"""), ($"e{i:D2}", $$"""{"value":{{(i % 4 == 0 ? 95 : 60)}}}"""), ($"e{i:D2}", """{"value":40}""")])]);
        for (var i = 0; i < 40; i++) await host.WhenCountAsync($"e{i:D2}", 3);

        var rules = RuleFiles.ParseFile("tried.yaml", """
            kind: probe
            fields: { value: number }
            rules:
              - { name: high, when: value > 90 }
              - { name: warm, when: value > 55 }
              - { name: silent, when: absent(1h) }
            """);
        var client = new EntityClient(host.Grains, Options.Create(new EntityClientOptions()));
        var backtest = new Backtest(
            client, new RuleProgram([rules]), new EventReader(rules.Fields, new Dictionary<string, string>()),
            new EntityQuery { Kind = "probe", KeyPrefix = "e", Limit = 7 }, begin, begin.AddHours(3));
        var alerts = new List<BacktestAlert>();
        var result = await backtest.RunAsync((run, _) => alerts.AddRange(run.Would), TestContext.Current.CancellationToken);

        Assert.Equal((40, 120, 0), (result.Entities, result.Events, result.Mismatched));
        Assert.Equal(
            [("high", 10, 10), ("warm", 40, 0), ("silent", 40, 0)],
            result.Rules.Select(rule => (rule.Rule, rule.Would.Alerts, rule.Did.Alerts)));
        Assert.All(alerts, alert => Assert.Equal(alert.Rule == "silent", alert.ResolvedAt is null));
        await Assert.ThrowsAsync<UnknownKindException>(async () => await client.FindEntitiesAsync(new EntityQuery { Kind = "nokind" }).ToListAsync());
    }
}
