using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Load;
using Load.Processes;
using Load.Topics;
using Notifications.Tests.Receivers;

namespace FaultInjection;

/// <summary>SIGKILL of the silo that notifies, while it does; and a receiver that answers 500 for a while.</summary>
internal static class NotificationKills
{
    public const string Help = """
        notification-kills: a broker, HBase and two silos from ../shared/servers, and a webhook. Alerts fire in waves; in each the silo that
        notifies is killed (SIGKILL) when the webhook has been told of a part, and started again. Then the webhook answers 500 for a while in
        which alerts fire, and at last all resolve. Exit 1 unless the webhook has been told of each firing and each end, all under one
        idempotency key and with one content.
          --kills N        3
          --entities N     in each wave (200)
          --down S         seconds in which the webhook answers 500 (60)
        """;

    private const string Topic = "events";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        var (kills, size) = ((int)arguments.Number("kills", 3), (int)arguments.Number("entities", 200));
        var down = TimeSpan.FromSeconds(arguments.Number("down", 60));
        await Shell.RunAsync(Path.Combine(Shared.Root, "bench", "build"), ["src/Silo"], cancellationToken);
        using var scratch = new Scratch();
        await using var servers = await Servers.StartAsync(scratch, 1, 0, [], cancellationToken);
        using var admin = new TopicAdmin(servers.Bootstrap);
        await admin.CreateAsync(Topic);
        await admin.CreateAsync("alerts");
        await using var webhook = new HttpServer { Pause = TimeSpan.FromMilliseconds(20) };
        await using var run = new Run(servers, scratch, webhook);
        await run.StartSilosAsync(cancellationToken);

        var killed = 0;
        for (var wave = 0; wave < kills; wave++)
        {
            var entities = Wave(wave, size);
            await run.ProduceAsync(entities, 95);
            await run.WhenAsync(() => entities.Count(e => run.Told.Has(e, "firing")) > size * (wave + 1) / (kills + 2), cancellationToken);
            if (await run.KillNotifierAsync(() => entities.All(e => run.Told.Has(e, "firing")), cancellationToken)) killed++;
            await run.WhenAsync(() => entities.All(e => run.Told.Has(e, "firing")), cancellationToken);
        }

        webhook.Otherwise = HttpStatusCode.InternalServerError;
        await run.ProduceAsync(Wave(kills, size), 95);
        await Task.Delay(down, cancellationToken);
        webhook.Otherwise = HttpStatusCode.OK;
        string[] all = [.. Enumerable.Range(0, kills + 1).SelectMany(wave => Wave(wave, size))];
        await run.WhenAsync(() => all.All(e => run.Told.Has(e, "firing")), cancellationToken);
        await run.ProduceAsync(all, 50);
        await run.WhenAsync(() => all.All(e => run.Told.Has(e, "resolved")), cancellationToken);
        Console.WriteLine(Report(run, all, killed).ToJsonString());
        return killed == kills && run.Told.Refused > 0 && run.Told.Twice + run.Told.Changed == 0 ? 0 : 1;
    }

    private static string[] Wave(int wave, int size) => [.. Enumerable.Range(wave * size, size).Select(n => $"e{n}")];

    private static JsonObject Report(Run run, string[] all, int killed) => new()
    {
        ["entities"] = all.Length,
        ["killed_while_notifying"] = killed,
        ["answered_500"] = run.Told.Refused,
        ["told_again"] = run.Told.Again,
        ["told_twice"] = run.Told.Twice,
        ["told_otherwise"] = run.Told.Changed,
        ["missing"] = all.Count(e => !run.Told.Has(e, "firing") || !run.Told.Has(e, "resolved")),
    };

    private sealed class Run(Servers servers, Scratch scratch, HttpServer webhook) : IAsyncDisposable
    {
        private readonly Dictionary<int, SiloProcess> _silos = [];
        private long _sequence;

        public Told Told { get; } = new();

        public async Task StartSilosAsync(CancellationToken cancellationToken)
        {
            await File.WriteAllTextAsync(scratch["notifications.yaml"], $$"""
                route: { receiver: hook, group_by: [entity], group_wait: 1s, group_interval: 5s }
                receivers: [{ name: hook, webhook_configs: [{ url: "{{webhook.Url}}" }] }]
                """, cancellationToken);
            for (var slot = 1; slot <= 2; slot++) await StartSiloAsync(slot, cancellationToken);
        }

        public async Task ProduceAsync(IEnumerable<string> entities, int value)
        {
            using var producer = new ProducerBuilder<string, string>(
                new ProducerConfig { BootstrapServers = servers.Bootstrap, EnableIdempotence = true, LingerMs = 5 }).Build();
            await Task.WhenAll(entities.Select(entity =>
            {
                var sequence = _sequence++;
                var json = string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"entity":"{{entity}}","seq":{{sequence}},"ts":{{1795384955593 + sequence}},"value":{{value}}}""");
                return producer.ProduceAsync(Topic, new Message<string, string> { Key = entity, Value = json });
            }));
        }

        private async Task ReadAsync()
        {
            while (webhook.Waiting > 0) Told.Add(await webhook.NextAsync());
        }

        /// <summary>Reads what the webhook is told until it is so.</summary>
        public async Task WhenAsync(Func<bool> isSo, CancellationToken cancellationToken)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Limit);
            try
            {
                while (true)
                {
                    await ReadAsync();
                    if (isSo()) return;
                    await Task.Delay(Poll, limit.Token);
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new BenchException(
                    $"not told of all in {Limit}; the silos printed:\n{string.Join('\n', _silos.Values.Select(silo => silo.Process.Tail()))}");
            }
        }

        /// <summary>Kills the silo that notifies and starts it again; whether there was one, and it had not told all.</summary>
        public async Task<bool> KillNotifierAsync(Func<bool> isAllTold, CancellationToken cancellationToken)
        {
            foreach (var (slot, silo) in _silos.ToArray())
            {
                var metrics = await silo.MetricsAsync(cancellationToken);
                if (!metrics.Keys.Any(name => name.StartsWith("notifications_queue_depth", StringComparison.Ordinal))) continue;
                await Console.Error.WriteLineAsync($"silo {slot} notifies: killed");
                await silo.Process.KillAsync();
                await silo.DisposeAsync();
                await ReadAsync();
                var wasInTheMiddle = !isAllTold();
                await StartSiloAsync(slot, cancellationToken);
                return wasInTheMiddle;
            }

            return false;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var silo in _silos.Values) await silo.DisposeAsync();
        }

        private async Task StartSiloAsync(int slot, CancellationToken cancellationToken)
        {
            var silo = _silos[slot] = SiloProcess.Start(servers, scratch, new(slot, "notifying",
                ["--Kinds:entity:AlertFormat", "Full", "--Notifications:Path", scratch["notifications.yaml"]]));
            await silo.WaitUntilUpAsync(cancellationToken);
        }
    }
}
