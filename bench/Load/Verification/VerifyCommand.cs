using System.Diagnostics;
using System.Text.Json;
using Load.Processes;
using Load.Topics;

namespace Load.Verification;

/// <summary>What is to be verified, and where it is.</summary>
internal sealed record VerifyPlan
{
    public required string Bootstrap { get; init; }

    public required string Masters { get; init; }

    public required string Group { get; init; }

    public string Topic { get; init; } = "events";

    public string AlertsTopic { get; init; } = "alerts";

    /// <summary>Where the rules are whose alerts are to be judged; null: the alert of the job.</summary>
    public string? Rules { get; init; }

    public string Table { get; init; } = "entities";

    /// <summary>How many entities a silo is asked for; 0: none.</summary>
    public int Sample { get; init; } = 20_000;

    /// <summary>Where silos listen for clients; none: the client finds them in HBase.</summary>
    public IReadOnlyList<string> Gateways { get; init; } = [];

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary><c>bench/entity-alerts/verify</c>.</summary>
internal static class VerifyCommand
{
    private const string Help = """
        verify: waits until the group has read the whole topic, then holds every entity's row in HBase, what a running silo
        answers, and the alerts against a plain loop over the topic. Servers: KAFKA_BOOTSTRAP, HBASE_MASTERS. Exit 1: they differ.
          --group G        the group that the silo commits under (entity-alerts)
          --topic T        events
          --alerts T       alerts
          --table T        entities
          --sample N       ask a silo for so many entities (20000; 0: none, no silo needs to run)
          --gateways H:P,..  of the silos; else the client finds them in HBase
          --timeout S      seconds to wait for the group (300)
        """;

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        var plan = new VerifyPlan
        {
            Bootstrap = Arguments.Variable("KAFKA_BOOTSTRAP"),
            Masters = Arguments.Variable("HBASE_MASTERS"),
            Group = arguments.Text("group", "entity-alerts"),
            Topic = arguments.Text("topic", "events"),
            AlertsTopic = arguments.Text("alerts", "alerts"),
            Table = arguments.Text("table", "entities"),
            Sample = (int)arguments.Number("sample", 20_000),
            Gateways = arguments.Text("gateways", "").Split(',', StringSplitOptions.RemoveEmptyEntries),
            Timeout = TimeSpan.FromSeconds(arguments.Number("timeout", 300)),
        };
        var report = await VerifyAsync(plan, cancellationToken);
        Console.WriteLine(JsonSerializer.Serialize(report));
        return report["wrong"] + report["missing"] + report["alerts_missing"] + report["alerts_wrong"] == 0 ? 0 : 1;
    }

    /// <summary>The figures to print, by name.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> VerifyAsync(VerifyPlan plan, CancellationToken cancellationToken)
    {
        await WaitAsync(plan, cancellationToken);
        var expected = Expectation.Of(plan.Bootstrap, plan.Topic, cancellationToken);
        expected.JudgesAlerts = plan.Rules is null;
        var differences = new Differences();
        await StoredStates.CheckAsync(plan.Masters, plan.Table, expected, differences, cancellationToken);
        var asked = 0;
        if (plan.Sample > 0)
        {
            await using var cluster = await ClusterAccess.ConnectAsync(plan.Masters, plan.Gateways, cancellationToken);
            asked = await AskedStates.CheckAsync(cluster, plan.Sample, expected, differences, cancellationToken);
        }

        var alerts = plan.Rules is { } rules
            ? await new RuleAlertsCheck(rules).RunAsync(plan, differences, cancellationToken)
            : AlertsCheck.Run(plan.Bootstrap, plan.AlertsTopic, expected, differences, cancellationToken);
        return new Dictionary<string, long>
        {
            ["entities"] = expected.Entities.Count,
            ["wrong"] = differences.Wrong,
            ["missing"] = differences.Missing,
            ["alerts_missing"] = differences.AlertsMissing,
            ["alerts_wrong"] = differences.AlertsWrong,
            ["records"] = expected.Records,
            ["asked"] = asked,
            ["alerts"] = alerts,
            ["alerts_twice"] = differences.Twice,
        };
    }

    private static async Task WaitAsync(VerifyPlan plan, CancellationToken cancellationToken)
    {
        using var admin = new TopicAdmin(plan.Bootstrap);
        if (!admin.Exists(plan.Topic)) throw new BenchException($"there is no topic {plan.Topic}");
        var since = Stopwatch.GetTimestamp();
        bool IsOver() => Stopwatch.GetElapsedTime(since) > plan.Timeout;
        if (await admin.WaitUntilReadAsync(plan.Group, plan.Topic, IsOver, cancellationToken)) return;
        var partitions = admin.Partitions(plan.Topic);
        var committed = string.Join(' ', await admin.CommittedAsync(plan.Group, partitions, cancellationToken));
        var ends = string.Join(' ', await admin.EndsAsync(partitions, cancellationToken));
        throw new BenchException(
            $"group {plan.Group} has not read all of {plan.Topic} in {plan.Timeout.TotalSeconds} s: "
            + $"committed {committed}, ends {ends}");
    }
}
