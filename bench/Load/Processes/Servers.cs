using System.Net;
using System.Net.Sockets;

namespace Load.Processes;

/// <summary>Kafka and HBase as real processes, stopped with this object.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private readonly string _kafkaFolder;
    private readonly string _hbaseFolder;
    private string[] _startKafka = [];
    private string[] _startHBase = [];

    private Servers(Scratch scratch)
    {
        _kafkaFolder = scratch["kafka"];
        _hbaseFolder = scratch["hbase"];
    }

    public string Bootstrap { get; private set; } = "";

    public string Masters { get; private set; } = "";

    public int Brokers { get; private set; }

    public int RegionServers { get; private set; }

    /// <param name="brokers">1, or 3 with replicated topics.</param>
    /// <param name="regionServers">0: one process for all of HBase.</param>
    /// <param name="settings">Of server.properties, each <c>key=value</c>.</param>
    public static async Task<Servers> StartAsync(
        Scratch scratch, int brokers, int regionServers, string[] settings, CancellationToken cancellationToken)
    {
        var servers = new Servers(scratch) { Brokers = brokers, RegionServers = regionServers };
        try
        {
            string[] sets = [.. settings.SelectMany(setting => new[] { "--set", setting })];
            var kafkaPort = FreeBase(19092, [0, 1, 2, 25, 26, 27, 50, 51, 52]);
            var hbasePort = FreeBase(26000, [0, 20, 21, 22, 80, 81]);
            await Console.Error.WriteLineAsync($"starting Kafka on {kafkaPort} and HBase on {hbasePort}");
            // Seven processes on a small machine: what their compilers save is there for the work.
            string[] options = brokers > 1 ? ["--java-opts", "-XX:TieredStopAtLevel=1"] : [];
            servers._startKafka =
            [
                "start", "--port", $"{kafkaPort}", "--brokers", $"{brokers}", "--heap", brokers > 1 ? "512m" : "1g", .. options, .. sets,
            ];
            servers._startHBase =
                ["start", "--port", $"{hbasePort}", "--regionservers", $"{regionServers}", .. options];
            await Task.WhenAll(servers.StartKafkaAsync(cancellationToken), servers.StartHBaseAsync(cancellationToken));
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

    /// <inheritdoc cref="KafkaAsync"/>
    public Task<string> HBaseAsync(string[] command, CancellationToken cancellationToken) =>
        Shell.RunAsync(Shared.HBase, [command[0], _hbaseFolder, .. command[1..]], cancellationToken);

    /// <summary>Starts a killed broker again; on a busy machine the script may give up before the broker does.</summary>
    public Task RestartBrokerAsync(string broker, CancellationToken cancellationToken) =>
        RestartAsync(KafkaAsync, broker, cancellationToken);

    /// <summary>Starts a killed process of HBase again.</summary>
    public Task RestartRoleAsync(string role, CancellationToken cancellationToken) =>
        RestartAsync(HBaseAsync, role, cancellationToken);

    /// <summary>Starts all brokers, with the data that they had.</summary>
    public async Task StartKafkaAsync(CancellationToken cancellationToken) =>
        Bootstrap = Export(await KafkaAsync(_startKafka, cancellationToken), "KAFKA_BOOTSTRAP");

    /// <summary>Starts all of HBase, with the data that it had.</summary>
    public async Task StartHBaseAsync(CancellationToken cancellationToken) =>
        Masters = Export(await HBaseAsync(_startHBase, cancellationToken), "HBASE_MASTERS");

    /// <summary>SIGKILL of every broker.</summary>
    public async Task KillKafkaAsync(CancellationToken cancellationToken)
    {
        for (var broker = 1; broker <= Brokers; broker++) await KafkaAsync(["kill", $"{broker}"], cancellationToken);
    }

    /// <summary>SIGKILL of every process of HBase.</summary>
    public async Task KillHBaseAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> roles = RegionServers == 0
            ? ["all"]
            // The master first: one that dies half-way through taking a server's regions away can forget, on a local file
            // system, that it had begun; nobody serves them then, and HBase does not mend that by itself.
            : ["master", .. Enumerable.Range(1, RegionServers).Select(n => $"rs{n}"), "zookeeper"];
        foreach (var role in roles) await HBaseAsync(["kill", role], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(_hbaseFolder, "cluster")))
            await Shell.TryRunAsync(Shared.HBase, ["stop", _hbaseFolder], CancellationToken.None);
        if (File.Exists(Path.Combine(_kafkaFolder, "cluster")))
            await Shell.TryRunAsync(Shared.Kafka, ["stop", _kafkaFolder], CancellationToken.None);
    }

    /// <summary>A port such that all at those distances from it are free; others may run servers on this machine too.</summary>
    public static int FreeBase(int from, int[] offsets)
    {
        for (var candidate = from; candidate < from + 5000; candidate += 200)
            if (offsets.All(offset => IsFree(candidate + offset)))
                return candidate;
        throw new BenchException($"no free ports from {from} on");
    }

    private static async Task RestartAsync(
        Func<string[], CancellationToken, Task<string>> run, string name, CancellationToken cancellationToken)
    {
        try
        {
            await run(["restart", name], cancellationToken);
        }
        catch (BenchException)
        {
            await run(["kill", name], cancellationToken);
            await run(["restart", name], cancellationToken);
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Export(string output, string name) => output.Split('\n')
        .Select(line => line.Trim()).First(line => line.StartsWith($"export {name}=", StringComparison.Ordinal)).Split('=', 2)[1];
}
