using System.Text.Json.Nodes;
using HBase.Client;
using Load.Processes;
using Load.Topics;
using Load.Verification;

namespace Load.Comparison;

/// <summary><c>bench/entity-alerts/compare</c>.</summary>
internal static class CompareCommand
{
    private const string Help = """
        compare: starts Kafka and HBase from ../shared/servers, loads the events, and drains them with a silo and with Kafka
        Streams in turns, each round from nothing: fresh group, table, state and alerts topic. Timed from the start of the process
        to its last commit. Then a round with history, and one look at every entity's state.
          --records N      4000000
          --entities N     100000
          --rounds N       of each system (2)
          --rules R        one (the peers' threshold), or ten: windows, a rate, a sequence, by hand on Kafka Streams; then all rounds must
                           have sent the same alerts, and the states are not looked at (one)
          --warm-up N      records of an unmeasured round of each before: brokers and HBase are servers that are up (500000; 0: none)
          --limit S        seconds a round may take (600)
          --no-history     leaves out the round with history = events
          --no-verify      leaves out the look at the states
          --no-streams     leaves out Kafka Streams: to look at the silo alone
        """;

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        var (records, entities) = (arguments.Number("records", 4_000_000), arguments.Number("entities", 100_000));
        await Shell.RunAsync(Path.Combine(Shared.Root, "bench", "build"), ["src/Silo"], cancellationToken);
        using var scratch = new Scratch();
        var isTen = IsTen(arguments);
        IJob job = isTen ? await TenRulesJob.CompileAsync(scratch, cancellationToken) : new ThresholdJob();
        await using var servers = await Servers.StartAsync(scratch, 1, 0, [], cancellationToken);
        using var admin = new TopicAdmin(servers.Bootstrap);
        var backlog = await LoadAsync("events", records);
        var race = new Race(servers, scratch, admin, job, TimeSpan.FromSeconds(arguments.Number("limit", 600)));
        if (arguments.Number("warm-up", 500_000) is > 0 and var count)
            await WarmUpAsync(race, servers, await LoadAsync("warm-up", count), arguments, cancellationToken);
        var laps = await RunAsync(race, servers, backlog, arguments, isTen, cancellationToken);
        var report = Report(laps, records);
        Console.WriteLine(report.ToJsonString());
        // Of the peers' own job Kafka Streams' alerts are not ours to judge.
        return laps.Silo.Concat(laps.History).Concat(isTen ? laps.Streams : []).All(lap => lap.Alerts.IsRight) && laps.Differences is null or 0
            ? 0
            : 1;

        async Task<Backlog> LoadAsync(string topic, long number)
        {
            await admin.CreateAsync(topic);
            var loaded = await Peers.LoadAsync(
                servers.Bootstrap, ["--topic", topic, "--records", $"{number}", "--entities", $"{entities}"], cancellationToken);
            await Console.Error.WriteLineAsync(loaded.ToJsonString());
            return new(topic, loaded["expected_alerts"]!.GetValue<long>());
        }
    }

    private static bool IsTen(Arguments arguments) => arguments.Text("rules", "one") switch
    {
        "one" => false,
        "ten" => true,
        var rules => throw new UsageException($"--rules is '{rules}': expected one or ten"),
    };

    private sealed record Laps(List<Lap> Silo, List<Lap> Streams, List<Lap> History)
    {
        /// <summary>Entities and alerts that were not as expected; null when nobody looked.</summary>
        public long? Differences { get; set; }
    }

    private static async Task WarmUpAsync(
        Race race, Servers servers, Backlog backlog, Arguments arguments, CancellationToken cancellationToken)
    {
        await race.SiloAsync(backlog, "silo-warm-up", [], null, cancellationToken);
        await DropAsync(servers, "silo-warm-up", cancellationToken);
        if (!arguments.Flag("no-streams")) await race.StreamsAsync(backlog, "streams-warm-up", cancellationToken);
    }

    private static async Task<Laps> RunAsync(
        Race race, Servers servers, Backlog backlog, Arguments arguments, bool isTen, CancellationToken cancellationToken)
    {
        var laps = new Laps([], [], []);
        var rounds = (int)arguments.Number("rounds", 2);
        for (var round = 1; round <= rounds; round++)
        {
            var group = $"silo-{round}";
            async Task LookAsync(SiloProcess silo) =>
                laps.Differences = await DifferencesAsync(servers, group, silo.Gateway, cancellationToken);
            var isLast = round == rounds && !isTen && !arguments.Flag("no-verify");
            laps.Silo.Add(await race.SiloAsync(backlog, group, [], isLast ? LookAsync : null, cancellationToken));
            await DropAsync(servers, group, cancellationToken);
            if (!arguments.Flag("no-streams"))
                laps.Streams.Add(await race.StreamsAsync(backlog, $"streams-{round}", cancellationToken));
        }

        if (!arguments.Flag("no-history"))
            laps.History.Add(await race.SiloAsync(backlog, "silo-history", ["--history", "events"], null, cancellationToken));
        return laps;
    }

    private static async Task<long> DifferencesAsync(
        Servers servers, string group, string gateway, CancellationToken cancellationToken)
    {
        var report = await VerifyCommand.VerifyAsync(
            new()
            {
                Bootstrap = servers.Bootstrap,
                Masters = servers.Masters,
                Group = group,
                AlertsTopic = $"alerts-{group}",
                Table = Race.TableOf(group),
                Sample = 2000,
                Gateways = [gateway],
            },
            cancellationToken);
        return report["wrong"] + report["missing"] + report["alerts_missing"] + report["alerts_wrong"];
    }

    /// <summary>A table that is no longer needed would take memory and flushes from the next round.</summary>
    private static async Task DropAsync(Servers servers, string group, CancellationToken cancellationToken)
    {
        await using var hbase = new HBaseClient(new HBaseClientOptions { Masters = servers.Masters });
        await hbase.DeleteTableAsync(Race.TableOf(group), cancellationToken);
    }

    private static JsonObject Report(Laps laps, long records)
    {
        double? Speed(List<Lap> of) => of.Count == 0 ? null : Math.Round(records / of.Average(lap => lap.Seconds));
        double? Cpu(List<Lap> of) => of.Count == 0 ? null : Math.Round(of.Average(lap => lap.CpuSeconds), 1);
        JsonArray Seconds(List<Lap> of) => new([.. of.Select(lap => JsonValue.Create(Math.Round(lap.Seconds, 2)))]);
        double? Ratio(double? mine, double? theirs) => mine is null || theirs is null ? null : Math.Round(mine.Value / theirs.Value, 2);
        var (silo, streams, history) = (Speed(laps.Silo), Speed(laps.Streams), Speed(laps.History));
        // The round that was furthest from the expected alerts.
        var counts = laps.Silo.Concat(laps.History).Select(lap => lap.Alerts).ToList();
        var worst = counts.MaxBy(count => Math.Abs(count.Alerts - count.Expected));
        return new JsonObject
        {
            ["records_per_s"] = silo,
            ["kafka_streams_records_per_s"] = streams,
            ["ratio"] = Ratio(silo, streams),
            ["alerts_expected"] = worst.Expected,
            ["alerts_seen"] = worst.Alerts,
            ["alerts_different"] = counts.Concat(laps.Streams.Select(lap => lap.Alerts)).Max(count => count.Different),
            ["twice"] = counts.Max(count => count.Twice),
            ["history_records_per_s"] = history,
            ["history_ratio"] = Ratio(history, streams),
            ["seconds"] = Seconds(laps.Silo),
            ["kafka_streams_seconds"] = Seconds(laps.Streams),
            ["cpu_seconds"] = Cpu(laps.Silo),
            ["kafka_streams_cpu_seconds"] = Cpu(laps.Streams),
            ["differences"] = laps.Differences,
        };
    }
}
