using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Load.Processes;
using Load.Topics;

namespace Load.Timers;

/// <summary><c>bench/rules/timers</c>.</summary>
internal static class TimersCommand
{
    private const string Help = """
        timers: one event of each of many entities, whose rule is absent(M minutes): as many armed timers. Then the silo is started anew, its
        memory and processor time are looked at while all are armed, and again when all have fired. late_s: from when the last was due
        to the last alert. Last line: JSON. Exit 1 unless each fired once.
          --new            the rule comes only as the silo starts anew, to entities that no rule has judged; late_s is then from that start
          --timers N       1000000
          --minutes M      10; more than it takes to load them and to start anew
          --idle N         seconds that the armed silo is looked at (60)
          --limit S        seconds that the alerts may take once the last is due (900)
        """;

    private const string Group = "timers";

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        var (timers, minutes) = (arguments.Number("timers", 1_000_000), arguments.Number("minutes", 10));
        await Shell.RunAsync(Path.Combine(Shared.Root, "bench", "build"), ["src/Silo"], cancellationToken);
        using var scratch = new Scratch();
        var rules = Directory.CreateDirectory(scratch["rules"]).FullName;
        async Task WriteRulesAsync(string rule) =>
            await File.WriteAllTextAsync(Path.Combine(rules, "entity.yaml"), $"kind: entity\nrules: [{rule}]\n", cancellationToken);
        var rule = $"{{ name: silent, when: absent({minutes}m) }}";
        var isNew = arguments.Flag("new");
        await WriteRulesAsync(isNew ? "" : rule);
        await using var servers = await Servers.StartAsync(scratch, 1, 0, [], cancellationToken, hbaseHeap: "3g");
        using var admin = new TopicAdmin(servers.Bootstrap);
        foreach (var topic in (string[])["events", "alerts"]) await admin.CreateAsync(topic);
        var plan = new SiloPlan(1, Group, [$"--Rules:Path={rules}"]);

        var report = new JsonObject { ["timers"] = timers };
        DateTimeOffset due; // of the last
        await using (var first = SiloProcess.Start(servers, scratch, plan))
        {
            await first.WaitUntilUpAsync(cancellationToken);
            Produce(servers.Bootstrap, timers, cancellationToken);
            due = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(minutes);
            if (!await admin.WaitUntilReadAsync(Group, "events", () => first.Process.HasExited, cancellationToken))
                throw new BenchException($"the silo has ended; it printed:\n{first.Process.Tail()}");
            report["loading_mb"] = first.Process.PeakMegabytes;
            await first.Process.StopAsync();
        }

        if (isNew)
        {
            await WriteRulesAsync(rule);
            due = TimeProvider.System.GetUtcNow();
        }

        await using var silo = SiloProcess.Start(servers, scratch, plan);
        await silo.WaitUntilUpAsync(cancellationToken);
        var (cpu, since) = (silo.Process.CpuSeconds, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(arguments.Number("idle", 60)), cancellationToken);
        report["armed_mb"] = silo.Process.PeakMegabytes;
        report["armed_cores"] = Math.Round((silo.Process.CpuSeconds - cpu) / Stopwatch.GetElapsedTime(since).TotalSeconds, 2);
        report["fired_while_armed"] = await FiredAsync(admin);

        var limit = due + TimeSpan.FromSeconds(arguments.Number("limit", 900));
        var fired = 0L;
        while ((fired = await FiredAsync(admin)) < timers && TimeProvider.System.GetUtcNow() < limit && !silo.Process.HasExited)
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        report["fired"] = fired;
        report["late_s"] = Math.Round((TimeProvider.System.GetUtcNow() - due).TotalSeconds);
        report["peak_mb"] = silo.Process.PeakMegabytes;
        Console.WriteLine(report.ToJsonString());
        return fired == timers ? 0 : 1;
    }

    private static async Task<long> FiredAsync(TopicAdmin admin) => (await admin.EndsAsync(admin.Partitions("alerts"))).Sum();

    private static void Produce(string bootstrap, long timers, CancellationToken cancellationToken)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrap,
            LingerMs = 5,
            EnableDeliveryReports = false,
            QueueBufferingMaxMessages = 2_000_000,
        }).Build();
        for (var i = 0L; i < timers; i++)
        {
            producer.Produce("events", new()
            {
                Key = Encoding.UTF8.GetBytes($"e{i}"),
                Value = Encoding.UTF8.GetBytes(string.Create(
                    CultureInfo.InvariantCulture, $$"""{"entity":"e{{i}}","seq":0,"ts":{{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}},"value":1}""")),
            });
        }

        producer.Flush(cancellationToken);
    }
}
