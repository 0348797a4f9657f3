using System.Diagnostics;
using System.Text.Json.Nodes;
using FaultInjection.Jobs;
using FaultInjection.Kinds;
using Load;
using Load.Processes;
using Load.Topics;

namespace FaultInjection;

/// <summary>Faults in a seeded random order under load, each kind in turn until the time is over; then all is verified.</summary>
internal static class FaultRun
{
    public const string Help = """
        faults: three brokers, HBase with three region servers and two silos, from ../shared/servers; under load, every kind of fault in
        an order that the seed gives, again and again until the time is over; then verify. A fault counts if there was lag when
        it came and it made work be done again: see Evidence.cs. Exit 1 unless all that was verified is right; the folder with
        all logs stays unless the exit is 0.
          --seconds N      how long faults are begun (420: each kind at least once); below 300 silo-kill comes first
          --seed S         1
          --job J          entities, or recommendations: visitors of a shop, whose sessions and items' neighbours must be right (entities)
          --rate N         events a second (1000; of recommendations 300)
          --entities N     5000; of recommendations so many visitors and so many items
          --only K,K       only these kinds
          --rules on       rules with windows, patterns and timers instead of the job's: rules/entity.yaml; and new versions of them
        """;

    /// <summary>How long all that was written when a fault was repaired may take to be committed.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(120);

    private static readonly IFault[] Kinds =
    [
        new KillSilo(), new StopSilo(), new ThirdSilo(), new LoseActivations(), new KillRegionServer(), new PauseRegionServer(),
        new MoveRegions(), new SplitRegion(), new MergeRegions(), new HBaseDown(), new KillBroker(), new KafkaDown(),
    ];

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        var job = JobOf(arguments);
        var plan = new FaultPlan(
            job, (int)arguments.Number("seconds", 420), (int)arguments.Number("seed", 1),
            (int)arguments.Number("rate", job is ShopJob ? 300 : 1000), (int)arguments.Number("entities", 5000));
        var only = arguments.Text("only", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        IFault[] all = job is EntityJob { Rules: { } rules } ? [.. Kinds, new ReloadRules(rules)] : Kinds;
        var kinds = all.Where(kind => only.Length == 0 || only.Contains(kind.Kind)).ToArray();
        if (kinds.Length == 0) throw new UsageException($"kinds: {string.Join(' ', all.Select(kind => kind.Kind))}");
        await Shell.RunAsync(Path.Combine(Shared.Root, "bench", "build"), ["src/Silo"], cancellationToken);

        using var scratch = new Scratch { IsEvidence = true }; // until all that was verified is right
        await using var servers = await Servers.StartAsync(scratch, 3, 3, [], cancellationToken);
        using var admin = new TopicAdmin(servers.Bootstrap);
        foreach (var topic in job.Topics) await admin.CreateAsync(topic);
        await using var cluster = new Cluster(servers, scratch, admin, plan);
        await cluster.StartSiloAsync(1, cancellationToken);
        await cluster.StartSiloAsync(2, cancellationToken);
        await cluster.ConnectAsync(cancellationToken);
        var log = await UnderLoadAsync(cluster, scratch, kinds, cancellationToken);
        var exit = await EndAsync(cluster, log, cancellationToken);
        scratch.IsEvidence = exit != 0;
        return exit;
    }

    private static IJob JobOf(Arguments arguments) => arguments.Text("job", "entities") switch
    {
        "entities" => new EntityJob(arguments.Text("rules", "") == "on" ? Path.Combine(Shared.Root, "tests", "FaultInjection", "rules") : null),
        "recommendations" => new ShopJob(),
        var other => throw new UsageException($"--job {other}: expected entities or recommendations"),
    };

    private static async Task<FaultLog> UnderLoadAsync(
        Cluster cluster, Scratch scratch, IFault[] kinds, CancellationToken cancellationToken)
    {
        var log = new FaultLog();
        await using var progress = new Progress(cluster.Admin, cluster.Plan.Job.Topic, TimeProvider.System);
        progress.Start();
        await using var load = cluster.Plan.Job.StartLoad(cluster, scratch);
        while (progress.Committed.Sum() == 0) await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        var random = new Random(cluster.Plan.Seed);
        var started = Stopwatch.GetTimestamp();
        var order = Order(kinds, cluster.Plan, random);
        for (var i = 0; Stopwatch.GetElapsedTime(started).TotalSeconds < cluster.Plan.Seconds && !log.IsStuck; i++)
        {
            if (i > 0 && i % order.Length == 0) random.Shuffle(order);
            await InflictAsync(order[i % order.Length], cluster, progress, random, log, cancellationToken);
        }

        log.LoadRestarts = load.Restarts;
        return log;
    }

    private static IFault[] Order(IFault[] kinds, FaultPlan plan, Random random)
    {
        IFault[] order = [.. kinds];
        random.Shuffle(order);
        return plan.Seconds < 300 ? [.. order.OrderByDescending(fault => fault is KillSilo)] : order;
    }

    private static async Task InflictAsync(
        IFault fault, Cluster cluster, Progress progress, Random random, FaultLog log, CancellationToken cancellationToken)
    {
        var lag = await progress.WaitForLagAsync(cancellationToken);
        progress.TakeLongestStall();
        var evidence = await Evidence.BeforeAsync(cluster, cancellationToken);
        var since = Stopwatch.GetTimestamp();
        await Console.Error.WriteLineAsync($"{fault.Kind}: lag {lag}");
        var told = await fault.InflictAsync(cluster, random, cancellationToken);
        var repaired = Stopwatch.GetElapsedTime(since);
        var isWell = await progress.CatchUpAsync(Recovery, cancellationToken);
        cluster.NotePeaks();
        var seen = await evidence.SinceAsync(cluster, progress.TakeLongestStall(), cancellationToken);
        if (told is not null) seen = [told, .. seen];
        log.Add(fault.Kind, counts: lag > 0 && seen.Count > 0, isWell);
        var recovered = Stopwatch.GetElapsedTime(since) - repaired;
        await Console.Error.WriteLineAsync(
            $"  repaired after {repaired.TotalSeconds:F1} s, {(isWell ? "recovered" : "NOT RECOVERED")} {recovered.TotalSeconds:F1} s later; "
            + (seen.Count > 0 ? string.Join("; ", seen) : "no work was done again: does not count"));
        if (!isWell)
        {
            await Console.Error.WriteLineAsync(
                $"  committed {string.Join(' ', progress.Committed)}, ends {string.Join(' ', progress.Ends)}, "
                + $"last not known: {progress.LastError ?? "never"}");
            foreach (var (slot, silo) in cluster.Silos)
                await Console.Error.WriteLineAsync($"  silo {slot}:\n{silo.Process.Tail()}");
        }
    }

    private static async Task<int> EndAsync(Cluster cluster, FaultLog log, CancellationToken cancellationToken)
    {
        var report = new JsonObject
        {
            ["faults"] = log.Counted,
            ["kinds"] = log.KindsCounted,
            ["inflicted"] = log.Inflicted,
            ["not_counted"] = new JsonArray([.. log.KindsNotCounted.Select(kind => JsonValue.Create(kind))]),
            ["stuck"] = log.IsStuck ? 1L : 0L,
            ["partitions_not_read_by_one"] = await cluster.NotReadByOneAsync(cancellationToken),
            ["peak_mb"] = cluster.PeakMegabytes,
            ["load_restarts"] = log.LoadRestarts,
        };
        if (log.IsStuck)
        {
            Console.WriteLine(report.ToJsonString());
            return 1;
        }

        var verified = await cluster.Plan.Job.VerifyAsync(cluster, cancellationToken);
        foreach (var (name, value) in verified) report[name] = value;
        Console.WriteLine(report.ToJsonString());
        string[] mustBeZero = ["stuck", "partitions_not_read_by_one", .. cluster.Plan.Job.MustBeZero];
        return log.Counted > 0 && mustBeZero.All(name => report[name]!.GetValue<long>() == 0) ? 0 : 1;
    }
}
