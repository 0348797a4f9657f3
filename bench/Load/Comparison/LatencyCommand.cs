using System.Text.Json.Nodes;
using Load.Processes;
using Load.Topics;

namespace Load.Comparison;

/// <summary><c>bench/entity-alerts/latency</c>.</summary>
internal static class LatencyCommand
{
    private const string Help = """
        latency: the time from the moment that an event was due to its alert in a consumer's hands, at a steady rate, for a silo and
        for Kafka Streams, each on topics of its own, warmed up as the peers' README says.
          --rate N         events a second while it is measured (20000)
          --seconds N      how long that lasts (20)
          --skip N         the first so many of these seconds do not count (5): the load tool and the watcher are cold, too
          --warm-up N      events before it, at 2.5 times the rate (500000)
          --entities N     10000
          --no-streams     leaves out Kafka Streams
        """;

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        await Shell.RunAsync(Path.Combine(Shared.Root, "bench", "build"), ["src/Silo"], cancellationToken);
        using var scratch = new Scratch();
        await using var servers = await Servers.StartAsync(scratch, 1, 0, [], cancellationToken);
        using var admin = new TopicAdmin(servers.Bootstrap);
        var steady = new Steady(servers, admin, arguments);

        await steady.PrepareAsync("silo");
        JsonObject silo;
        await using (var process = SiloProcess.Start(servers, scratch, new(1, "silo",
            ["--Kinds:entity:Topic", Steady.EventsOf("silo"), "--Kinds:entity:AlertsTopic", Steady.AlertsOf("silo")])))
        {
            await process.WaitUntilUpAsync(cancellationToken);
            silo = await steady.MeasureAsync("silo", process.Process, cancellationToken);
        }

        JsonObject? streams = null;
        if (!arguments.Flag("no-streams"))
        {
            await steady.PrepareAsync("streams");
            await using var process = Peers.StartStreams(
                servers, scratch, "streams", Steady.EventsOf("streams"), Steady.AlertsOf("streams"));
            streams = await steady.MeasureAsync("streams", process, cancellationToken);
        }

        foreach (var (name, value) in streams ?? []) silo[$"kafka_streams_{name}"] = value?.DeepClone();
        Console.WriteLine(silo.ToJsonString());
        return silo["samples"]!.GetValue<long>() > 0 ? 0 : 1;
    }

    /// <summary>The measurement, the same for both systems.</summary>
    private sealed class Steady(Servers servers, TopicAdmin admin, Arguments arguments)
    {
        private readonly long _rate = arguments.Number("rate", 20_000);
        private readonly long _seconds = arguments.Number("seconds", 20);
        private readonly long _skip = arguments.Number("skip", 5);
        private readonly long _warmUp = arguments.Number("warm-up", 500_000);
        private readonly long _entities = arguments.Number("entities", 10_000);

        public static string EventsOf(string name) => $"events-{name}";

        public static string AlertsOf(string name) => $"alerts-{name}";

        public async Task PrepareAsync(string name)
        {
            await admin.CreateAsync(EventsOf(name));
            await admin.CreateAsync(AlertsOf(name));
        }

        public async Task<JsonObject> MeasureAsync(string name, ChildProcess process, CancellationToken cancellationToken)
        {
            string[] common = ["--topic", EventsOf(name), "--entities", $"{_entities}", "--seed", "7"];
            await Peers.LoadAsync(
                servers.Bootstrap, ["--records", $"{_warmUp}", "--rate", $"{_rate * 5 / 2}", .. common], cancellationToken);
            var watch = Peers.WatchAsync(
                servers.Bootstrap,
                [
                    "--topic", AlertsOf(name), "--expected", "99999999", "--timeout", $"{_seconds + 10}", "--skip", $"{_skip}",
                ],
                cancellationToken);
            var (cpu, since) = (process.CpuSeconds, process.Elapsed);
            await Peers.LoadAsync(
                servers.Bootstrap,
                ["--records", $"{_rate * _seconds}", "--rate", $"{_rate}", "--first", $"{_warmUp}", .. common], cancellationToken);
            var used = (process.CpuSeconds - cpu) / (process.Elapsed - since).TotalSeconds;
            var seen = await watch;
            await Console.Error.WriteLineAsync($"{name}: {seen.ToJsonString()}");
            if (process.HasExited) throw new BenchException($"{name} has ended; it printed:\n{process.Tail()}");
            return new JsonObject
            {
                ["p50_ms"] = seen["p50_ms"]!.GetValue<long>(),
                ["p99_ms"] = seen["p99_ms"]!.GetValue<long>(),
                ["max_ms"] = seen["max_ms"]!.GetValue<long>(),
                ["cores"] = Math.Round(used, 3),
                ["samples"] = seen["latency_samples"]!.GetValue<long>(),
                ["twice"] = seen["duplicates"]!.GetValue<long>(),
            };
        }
    }
}
