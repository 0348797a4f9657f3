using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Load;
using Load.Processes;
using Load.Topics;
using Load.Verification;

namespace FaultInjection;

/// <summary>Broken records among good ones: each in the dead-letter topic with its reason, the good ones unaffected.</summary>
internal static class BrokenRun
{
    public const string Help = """
        broken-records: a broker, HBase and a silo from ../shared/servers; broken records of every kind among good ones. Exit 1
        unless each is in events.dead-letter with its origin and a reason, nothing else is, and verify passes.
          --broken N       10000
          --good N         for each broken one (4)
        """;

    private const string Topic = "events";
    private const string Group = "broken";
    private const string MaxBytes = "4194304";

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        var (broken, good) = ((int)arguments.Number("broken", 10_000), (int)arguments.Number("good", 4));
        await Shell.RunAsync(Path.Combine(Shared.Root, "bench", "build"), ["src/Silo"], cancellationToken);
        using var scratch = new Scratch();
        await using var servers = await Servers.StartAsync(scratch, 1, 0, [], cancellationToken);
        using var admin = new TopicAdmin(servers.Bootstrap);
        var large = new Dictionary<string, string> { ["max.message.bytes"] = MaxBytes };
        await admin.CreateAsync(Topic, large);
        await admin.CreateAsync($"{Topic}.dead-letter", large);
        await admin.CreateAsync("alerts");
        var origins = Produce(servers.Bootstrap, broken, good);
        await using var silo = SiloProcess.Start(
            servers, scratch, new(1, Group, ["--Kafka:Producer:message.max.bytes", MaxBytes]));
        await silo.WaitUntilUpAsync(cancellationToken);
        var report = await CheckAsync(servers, origins, silo, cancellationToken);
        Console.WriteLine(report.ToJsonString());
        string[] mustBeZero =
            ["not_in_dead_letters", "without_reason", "good_in_dead_letters", "wrong", "missing", "alerts_missing", "alerts_wrong"];
        return mustBeZero.All(name => report[name]!.GetValue<long>() == 0) ? 0 : 1;
    }

    /// <summary>The broken records' kinds by their origin, <c>topic/partition/offset</c>.</summary>
    private static Dictionary<string, string> Produce(string bootstrap, int broken, int good)
    {
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        using var producer = new ProducerBuilder<byte[]?, byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrap,
            MessageMaxBytes = int.Parse(MaxBytes, CultureInfo.InvariantCulture),
            EnableIdempotence = true,
            LingerMs = 20,
            QueueBufferingMaxMessages = 1_000_000,
        }).Build();
        var random = new Random(1);
        for (var n = 0; n < broken; n++)
        {
            for (var i = 0; i < good; i++) Send(producer, Good(random, n * good + i), null);
            var record = BrokenRecord.Number(n);
            var message = new Message<byte[]?, byte[]>
            {
                Key = record.Key,
                Value = record.Value,
                Headers = [new Header(Expectation.BrokenHeader, Encoding.UTF8.GetBytes(record.Kind))],
            };
            Send(producer, message, report =>
            {
                lock (origins) origins.Add($"{report.Topic}/{report.Partition.Value}/{report.Offset.Value}", record.Kind);
            });
        }

        producer.Flush(TimeSpan.FromMinutes(2));
        return origins.Count == broken
            ? origins
            : throw new BenchException($"only {origins.Count} of {broken} broken records could be written");
    }

    private static Message<byte[]?, byte[]> Good(Random random, int sequence)
    {
        var entity = $"e{random.Next(1000)}";
        var value = (random.Next(50) == 0 ? 100 : 50) + random.Next(10_000) / 1000.0;
        var json = string.Create(
            CultureInfo.InvariantCulture, $$"""{"entity":"{{entity}}","seq":{{sequence}},"ts":{{1795384955593 + sequence}},"value":{{value}}}""");
        return new() { Key = Encoding.UTF8.GetBytes(entity), Value = Encoding.UTF8.GetBytes(json) };
    }

    private static void Send(
        IProducer<byte[]?, byte[]> producer, Message<byte[]?, byte[]> message, Action<DeliveryReport<byte[]?, byte[]>>? done)
    {
        while (true)
        {
            try
            {
                producer.Produce(Topic, message, report =>
                {
                    if (report.Error.IsError) Console.Error.WriteLine($"not written: {report.Error.Reason}");
                    else done?.Invoke(report);
                });
                return;
            }
            catch (ProduceException<byte[]?, byte[]> e) when (e.Error.Code == Confluent.Kafka.ErrorCode.Local_QueueFull)
            {
                producer.Flush(TimeSpan.FromSeconds(1));
            }
        }
    }

    private static async Task<JsonObject> CheckAsync(
        Servers servers, Dictionary<string, string> origins, SiloProcess silo, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, long> verified;
        try
        {
            verified = await VerifyCommand.VerifyAsync(
                new() { Bootstrap = servers.Bootstrap, Masters = servers.Masters, Group = Group, Gateways = [silo.Gateway] }, cancellationToken);
        }
        catch (BenchException)
        {
            await Console.Error.WriteLineAsync($"the silo printed:\n{silo.Process.Tail()}");
            throw;
        }

        var letters = DeadLetters(servers.Bootstrap, cancellationToken);
        var absent = origins.Where(origin => !letters.ContainsKey(origin.Key)).ToList();
        foreach (var kind in absent.GroupBy(origin => origin.Value))
            await Console.Error.WriteLineAsync($"not in the dead letters: {kind.Count()} of kind {kind.Key}, the first {kind.First().Key}");
        foreach (var kind in origins.GroupBy(origin => origin.Value))
            await Console.Error.WriteLineAsync($"{kind.Key}: {letters.GetValueOrDefault(kind.First().Key)}");
        var report = new JsonObject
        {
            ["broken"] = origins.Count,
            ["kinds"] = origins.Values.Distinct().Count(),
            ["not_in_dead_letters"] = (long)absent.Count,
            ["without_reason"] = (long)letters.Values.Count(string.IsNullOrWhiteSpace),
            ["good_in_dead_letters"] = (long)letters.Keys.Count(origin => !origins.ContainsKey(origin)),
        };
        foreach (var (name, value) in verified) report[name] = value;
        return report;
    }

    /// <summary>Reasons by origin.</summary>
    private static Dictionary<string, string> DeadLetters(string bootstrap, CancellationToken cancellationToken)
    {
        var letters = new Dictionary<string, string>(StringComparer.Ordinal);
        TopicReader.Read(bootstrap, $"{Topic}.dead-letter", record =>
        {
            var headers = record.Message.Headers;
            string Header(string name) => headers.TryGetLastBytes(name, out var value) ? Encoding.UTF8.GetString(value) : "";
            letters[Header("origin")] = Header("reason");
        }, cancellationToken);
        return letters;
    }
}
