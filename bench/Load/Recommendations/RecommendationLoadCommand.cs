using System.Diagnostics;
using Confluent.Kafka;
using Load.Processes;
using Load.Topics;

namespace Load.Recommendations;

/// <summary><c>bench/recommendations/load</c>.</summary>
internal static class RecommendationLoadCommand
{
    private const string Help = """
        recommendations: starts Kafka, HBase and a silo, and asks for recommendations at a fixed rate while interactions come in at another.
        A query's latency is from when it was due to its answer at the client (open loop). behind: records of all topics that were not
        committed at the end; drained_s: how long after it they were. Last line: JSON. Exit 1 if a query failed.
          --seconds N        measured (60)
          --warm-up N        seconds of interactions, the last 15 with queries, before (90)
          --queries N        a second (1000)
          --interactions N   a second (5000)
          --items N          100000
          --visitors N       100000
          --count N          recommendations a query (20)
          --settings K=V,..  of the silo, such as Kafka:Lanes=8; by default those of docs/recommendations.md for queries under load
        """;

    private const string Settings = "Kafka:Lanes=2,Checkpoints:MaxConcurrentDeliveries=1,Checkpoints:MaxConcurrentFlushes=2";
    private const string Group = "recommendations";
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(120);

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        await Shell.RunAsync(Path.Combine(Shared.Root, "bench", "build"), ["src/Silo"], cancellationToken);
        using var scratch = new Scratch();
        await using var servers = await Servers.StartAsync(scratch, 1, 0, [], cancellationToken);
        using var admin = new TopicAdmin(servers.Bootstrap);
        foreach (var topic in (string[])["events", Shop.InteractionsTopic, Shop.CatalogueTopic, .. Shop.DerivedTopics]) await admin.CreateAsync(topic);
        var shop = new Shop((int)arguments.Number("visitors", 100_000), (int)arguments.Number("items", 100_000), seed: 7);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = servers.Bootstrap,
            LingerMs = 2,
            EnableDeliveryReports = false,
            QueueBufferingMaxMessages = 1_000_000,
        }).Build();
        foreach (var item in shop.Catalogue()) producer.Produce(Shop.CatalogueTopic, item);
        producer.Flush(cancellationToken);
        await using var silo = SiloProcess.Start(servers, scratch, new(1, Group,
        [
            "--Recommendations:Enabled=true", .. arguments.Text("settings", Settings).Split(',').Select(setting => $"--{setting}"),
        ]));
        await silo.WaitUntilUpAsync(cancellationToken);
        await using var access = await ClusterAccess.ConnectAsync(servers.Masters, [silo.Gateway], cancellationToken);
        var load = new RecommendationLoad(shop, producer, access.Entities, arguments);

        var warmUp = arguments.Number("warm-up", 90);
        var interactions = load.InteractAsync(warmUp + arguments.Number("seconds", 60), cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, warmUp - 15)), cancellationToken);
        var before = await load.AskAsync(Math.Min(15, warmUp), cancellationToken);
        await Console.Error.WriteLineAsync($"warm-up: {before.ToJson().ToJsonString()}");
        var (cpu, since) = (silo.Process.CpuSeconds, silo.Process.Elapsed);
        var latencies = await load.AskAsync(arguments.Number("seconds", 60), cancellationToken);
        var cores = (silo.Process.CpuSeconds - cpu) / (silo.Process.Elapsed - since).TotalSeconds;
        await interactions;
        producer.Flush(cancellationToken);
        var behind = await LagAsync(admin, cancellationToken);
        var ended = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(ended) < Drain && (await LagAsync(admin, cancellationToken)).Sum(lag => lag.Value) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
        await Console.Error.WriteLineAsync(string.Join(", ", behind.Select(lag => $"{lag.Key} {lag.Value} behind")));

        var report = latencies.ToJson();
        report["interactions"] = arguments.Number("interactions", 5000) * arguments.Number("seconds", 60);
        report["behind"] = behind.Sum(lag => lag.Value);
        report["drained_s"] = Math.Round(Stopwatch.GetElapsedTime(ended).TotalSeconds, 1);
        report["cores"] = Math.Round(cores, 2);
        report["peak_mb"] = silo.Process.PeakMegabytes;
        Console.WriteLine(report.ToJsonString());
        return latencies.Errors == 0 ? 0 : 1;
    }

    private static async Task<Dictionary<string, long>> LagAsync(TopicAdmin admin, CancellationToken cancellationToken)
    {
        var lags = new Dictionary<string, long>();
        foreach (var topic in (string[])[Shop.InteractionsTopic, .. Shop.DerivedTopics])
        {
            var partitions = admin.Partitions(topic);
            var committed = await admin.CommittedAsync(Group, partitions, cancellationToken);
            lags[topic] = (await admin.EndsAsync(partitions)).Zip(committed, (end, done) => end - done).Sum();
        }

        return lags;
    }
}
