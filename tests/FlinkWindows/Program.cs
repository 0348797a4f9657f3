using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using FlinkWindows;
using Load;
using Load.Processes;
using Load.Topics;

const string help = """
    flink-windows: sum, count and average of every tumbling and session window of every key, from the rules' engine and from Flink, on one
    disordered topic of a real Kafka. Exit 1 unless all are the same. Kafka and Flink come from ../shared; without it: exit 2.
      --records N     100000
      --keys N        500
      --seed N        1
    """;
try
{
    var arguments = new Arguments(args, help + "\n  --bootstrap B\n  --classes PATHS");
    var plan = new Plan(arguments.Number("records", 100_000), (int)arguments.Number("keys", 500), (int)arguments.Number("seed", 1));
    var bootstrap = arguments.Text("bootstrap", "");
    await ProduceAsync(plan, bootstrap);
    var engine = Engine(plan, bootstrap);
    var flink = await FlinkAsync(plan, bootstrap, arguments.Text("classes", ""));
    return Report(engine, flink);
}
catch (Exception e) when (e is UsageException or BenchException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return e is UsageException ? 2 : 1;
}

static async Task ProduceAsync(Plan plan, string bootstrap)
{
    using var admin = new TopicAdmin(bootstrap);
    await admin.CreateAsync("events");
    using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = bootstrap, LingerMs = 20 }).Build();
    Error? error = null;
    foreach (var (partition, key, time, value) in plan.Events())
    {
        var json = string.Create(CultureInfo.InvariantCulture, $$"""{"at":{{time}},"value":{{value}}}""");
        var message = new Message<string, byte[]> { Key = key, Value = Encoding.UTF8.GetBytes(json) };
        while (!TryProduce(producer, new TopicPartition("events", partition), message, report => error ??= report.Error.IsError ? report.Error : null))
            producer.Poll(TimeSpan.FromMilliseconds(100));
    }

    producer.Flush();
    if (error is not null) throw new BenchException($"the events could not be written: {error.Reason}");
}

static bool TryProduce(
    IProducer<string, byte[]> producer, TopicPartition to, Message<string, byte[]> message, Action<DeliveryReport<string, byte[]>> delivered)
{
    try
    {
        producer.Produce(to, message, delivered);
        return true;
    }
    catch (ProduceException<string, byte[]> e) when (e.Error.Code == Confluent.Kafka.ErrorCode.Local_QueueFull)
    {
        return false;
    }
}

static IReadOnlyDictionary<Window, Result> Engine(Plan plan, string bootstrap)
{
    var engine = new EngineWindows(plan);
    var read = TopicReader.Read(
        bootstrap,
        "events",
        record =>
        {
            using var e = JsonDocument.Parse(record.Message.Value);
            engine.Observe(
                record.Partition.Value, Encoding.UTF8.GetString(record.Message.Key),
                e.RootElement.GetProperty("at").GetInt64(), e.RootElement.GetProperty("value").GetDouble());
        },
        CancellationToken.None);
    return read == plan.Records ? engine.End() : throw new BenchException($"{read} of {plan.Records} events were read");
}

static async Task<IReadOnlyDictionary<Window, Result>> FlinkAsync(Plan plan, string bootstrap, string classes)
{
    string[] opens = [.. new[] { "java.lang", "java.util", "java.time" }.SelectMany(name => new[] { "--add-opens", $"java.base/{name}=ALL-UNNAMED" })];
    var output = await Shell.RunAsync(
        "java", [.. opens, "-Xmx1g", "-cp", classes, "FlinkWindows", bootstrap, "events", $"{plan.Disorder}", $"{plan.Size}", $"{plan.Gap}"],
        CancellationToken.None);
    return output.Split('\n').Select(line => line.Split(' ')).ToDictionary(
        words => new Window(words[0], words[1], long.Parse(words[2], CultureInfo.InvariantCulture)),
        words => new Result(Number(words[3]), Number(words[4]), Number(words[5])));

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

static int Report(IReadOnlyDictionary<Window, Result> engine, IReadOnlyDictionary<Window, Result> flink)
{
    var wrong = engine.Where(window => !flink.TryGetValue(window.Key, out var result) || result != window.Value).ToList();
    var missing = flink.Keys.Where(window => !engine.ContainsKey(window)).ToList();
    foreach (var (window, result) in wrong.Take(10))
        Console.Error.WriteLine($"wrong: {window} {result}; Flink: {(flink.TryGetValue(window, out var theirs) ? theirs : null)}");
    foreach (var window in missing.Take(10)) Console.Error.WriteLine($"missing: {window} {flink[window]}");
    Console.WriteLine(new JsonObject
    {
        ["windows"] = flink.Count,
        ["tumbling"] = flink.Keys.Count(window => window.Kind == "tumbling"),
        ["sessions"] = flink.Keys.Count(window => window.Kind == "session"),
        ["keys"] = flink.Keys.Select(window => window.Key).Distinct().Count(),
        ["wrong"] = wrong.Count,
        ["missing"] = missing.Count,
    }.ToJsonString());
    return wrong.Count + missing.Count == 0 && flink.Count > 0 ? 0 : 1;
}
