namespace Load.Processes;

/// <summary>Kafka and HBase as real processes, stopped with this object.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private readonly string _kafkaFolder;
    private string[] _startKafka = [];

    private Servers(Scratch scratch, HBaseServers hbase)
    {
        _kafkaFolder = scratch["kafka"];
        HBase = hbase;
    }

    public HBaseServers HBase { get; }

    public string Bootstrap { get; private set; } = "";

    public string Masters => HBase.Masters;

    public int Brokers { get; private set; }

    /// <param name="brokers">1, or 3 with replicated topics.</param>
    /// <param name="regionServers">0: one process for all of HBase.</param>
    /// <param name="settings">Of server.properties, each <c>key=value</c>.</param>
    public static async Task<Servers> StartAsync(
        Scratch scratch, int brokers, int regionServers, string[] settings, CancellationToken cancellationToken, string hbaseHeap = "1g")
    {
        // Seven processes on a small machine: what their compilers save is there for the work.
        string[] options = brokers > 1 ? ["--java-opts", "-XX:TieredStopAtLevel=1"] : [];
        var hbasePort = HBaseServers.FreePort();
        var servers = new Servers(scratch, new(scratch, hbasePort, regionServers, [.. options, "--heap", hbaseHeap])) { Brokers = brokers };
        try
        {
            string[] sets = [.. settings.SelectMany(setting => new[] { "--set", setting })];
            var kafkaPort = Ports.FreeBase(19092, [0, 1, 2, 25, 26, 27, 50, 51, 52]);
            await Console.Error.WriteLineAsync($"starting Kafka on {kafkaPort} and HBase on {hbasePort}");
            servers._startKafka =
            [
                "start", "--port", $"{kafkaPort}", "--brokers", $"{brokers}", "--heap", brokers > 1 ? "512m" : "1g", .. options, .. sets,
            ];
            await Task.WhenAll(servers.StartKafkaAsync(cancellationToken), servers.HBase.StartAsync(cancellationToken));
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>A command of the script, its folder put in after the first word.</summary>
    public Task<string> KafkaAsync(string[] command, CancellationToken cancellationToken) =>
        Shell.RunAsync(Shared.Kafka, [command[0], _kafkaFolder, .. command[1..]], cancellationToken);

    /// <summary>Starts a killed broker again.</summary>
    public Task RestartBrokerAsync(string broker, CancellationToken cancellationToken) =>
        Shell.RestartAsync(KafkaAsync, broker, cancellationToken);

    /// <summary>Starts all brokers, with the data that they had.</summary>
    public async Task StartKafkaAsync(CancellationToken cancellationToken) =>
        Bootstrap = Export(await KafkaAsync(_startKafka, cancellationToken), "KAFKA_BOOTSTRAP");

    /// <summary>SIGKILL of every broker.</summary>
    public async Task KillKafkaAsync(CancellationToken cancellationToken)
    {
        for (var broker = 1; broker <= Brokers; broker++) await KafkaAsync(["kill", $"{broker}"], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await HBase.DisposeAsync();
        if (File.Exists(Path.Combine(_kafkaFolder, "cluster")))
            await Shell.TryRunAsync(Shared.Kafka, ["stop", _kafkaFolder], CancellationToken.None);
    }

    private static string Export(string output, string name) => output.Split('\n')
        .Select(line => line.Trim()).First(line => line.StartsWith($"export {name}=", StringComparison.Ordinal)).Split('=', 2)[1];
}
