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
          --before N         interactions that are taken in, and made durable, before: visitors and items come to be (400000)
          --warm-up N        seconds of both after these, not measured (15)
          --queries N        a second (1000)
          --interactions N   a second (5000)
          --items N          100000
          --visitors N       100000
          --partitions N     of each topic (2)
          --count N          recommendations a query (20)
          --settings K=V,..  of the silo, such as Kafka:Lanes=8; by default those of docs/recommendations.md for queries under load
          --environment K=V,..  of the silo; by default that of docs/recommendations.md
          --latencies FILE   also writes a line for each measured query: when it was due and its latency, ms
        """;

    private const string Settings = "Kafka:Lanes=2,Checkpoints:MaxConcurrentDeliveries=1,Checkpoints:MaxConcurrentFlushes=2,Checkpoints:MaxWorkingLanes=1,"
        + "Checkpoints:BusyCheckpointInterval=00:00:30,Checkpoints:MaxCheckpointInterval=00:00:30,Checkpoints:MaxHeldBytes=33554432,Checkpoints:MaxHeldRecords=200000,"
        + "Kafka:Producer:linger.ms=25,Kafka:Consumer:fetch.min.bytes=65536,Kafka:Consumer:fetch.wait.max.ms=25";
    private const string Environment = "DOTNET_GCgen0size=400000,DOTNET_GCGen0MaxBudget=400000,DOTNET_GCGen1MaxBudget=40000";
    private const string Group = "recommendations";
    private static readonly TimeSpan Drain = TimeSpan.FromMinutes(5);
    private static readonly string[] _topics = [Shop.InteractionsTopic, .. Shop.DerivedTopics];

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        await Shell.RunAsync(Path.Combine(Shared.Root, "bench", "build"), ["src/Silo"], cancellationToken);
        using var scratch = new Scratch();
        await using var servers = await Servers.StartAsync(scratch, 1, 0, [], cancellationToken);
        using var admin = new TopicAdmin(servers.Bootstrap);
        foreach (var topic in (string[])["events", Shop.CatalogueTopic, .. _topics]) await admin.CreateAsync(topic, partitions: (int)arguments.Number("partitions", 2));
        var shop = new Shop((int)arguments.Number("visitors", 100_000), (int)arguments.Number("items", 100_000), seed: 7);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = servers.Bootstrap,
            LingerMs = 5,
            EnableDeliveryReports = false,
            QueueBufferingMaxMessages = 1_000_000,
        }).Build();
        foreach (var item in shop.Catalogue()) producer.Produce(Shop.CatalogueTopic, item);
        producer.Flush(cancellationToken);
        await using var silo = SiloProcess.Start(servers, scratch, new(1, Group,
        [
            "--Recommendations:Enabled=true", .. arguments.Text("settings", Settings).Split(',').Select(setting => $"--{setting}"),
        ])
        {
            Environment = arguments.Text("environment", Environment).Split(',').Select(one => one.Split('=', 2)).ToDictionary(one => one[0], one => one[^1]),
        });
        await silo.WaitUntilUpAsync(cancellationToken);
        await using var access = await ClusterAccess.ConnectAsync(servers.Masters, [silo.Gateway], cancellationToken);
        var load = new RecommendationLoad(shop, producer, access.Entities, arguments);

        load.Interact(arguments.Number("before", 400_000), cancellationToken);
        await Console.Error.WriteLineAsync($"taken in after {await DrainAsync(admin, cancellationToken):F0} s");

        var (warmUp, seconds) = (arguments.Number("warm-up", 15), arguments.Number("seconds", 60));
        var interactions = load.InteractAsync(warmUp + seconds, cancellationToken);
        var before = await load.AskAsync(warmUp, cancellationToken);
        await Console.Error.WriteLineAsync($"warm-up: {before.ToJson().ToJsonString()}");
        var (cpu, since) = (silo.Process.CpuSeconds, silo.Process.Elapsed);
        var latencies = await load.AskAsync(seconds, cancellationToken);
        var cores = (silo.Process.CpuSeconds - cpu) / (silo.Process.Elapsed - since).TotalSeconds;
        if (arguments.Text("latencies", "") is { Length: > 0 } file) await latencies.WriteAsync(file);
        await interactions;
        producer.Flush(cancellationToken);
        var behind = await LagAsync(admin, cancellationToken);
        await Console.Error.WriteLineAsync(string.Join(", ", behind.Select(lag => $"{lag.Key} {lag.Value} behind")));
        var drained = await DrainAsync(admin, cancellationToken);

        var report = latencies.ToJson();
        report["interactions"] = arguments.Number("interactions", 5000) * seconds;
        report["behind"] = behind.Sum(lag => lag.Value);
        report["drained_s"] = Math.Round(drained, 1);
        report["cores"] = Math.Round(cores, 2);
        report["peak_mb"] = silo.Process.PeakMegabytes;
        Console.WriteLine(report.ToJsonString());
        return latencies.Errors == 0 ? 0 : 1;
    }

    /// <summary>Waits until all is committed; answers after how many seconds it was.</summary>
    private static async Task<double> DrainAsync(TopicAdmin admin, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        // In the order of causes: what a topic's committed records made is in the next ones.
        foreach (var topic in _topics)
        {
            if (!await admin.WaitUntilReadAsync(Group, topic, () => Stopwatch.GetElapsedTime(started) > Drain, cancellationToken))
                throw new BenchException($"records of {topic} are still not committed after {Drain}");
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<Dictionary<string, long>> LagAsync(TopicAdmin admin, CancellationToken cancellationToken)
    {
        var lags = new Dictionary<string, long>();
        foreach (var topic in _topics)
        {
            var partitions = admin.Partitions(topic);
            var committed = await admin.CommittedAsync(Group, partitions, cancellationToken);
            lags[topic] = (await admin.EndsAsync(partitions, cancellationToken)).Zip(committed, (end, done) => end - done).Sum();
        }

        return lags;
    }
}
