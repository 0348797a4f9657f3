namespace Load.Processes;

/// <summary>HBase as real processes, stopped with this object.</summary>
/// <param name="port">Of <see cref="FreePort"/>.</param>
/// <param name="regionServers">0: one process for all of HBase.</param>
/// <param name="options">Further ones of the script's <c>start</c>.</param>
internal sealed class HBaseServers(Scratch scratch, int port, int regionServers, string[] options) : IAsyncDisposable
{
    private readonly string _folder = scratch["hbase"];

    public string Masters { get; } = $"localhost:{port}";

    public int Count => regionServers;

    /// <summary>The port of a region server by its number, 1 and up.</summary>
    public int PortOf(int regionServer) => port + 19 + regionServer;

    /// <summary>A port from which on those of a cluster are free.</summary>
    public static int FreePort(int from = 26000) => Ports.FreeBase(from, [0, 20, 21, 22, 80, 81]);

    /// <summary>Starts all of HBase, with the data that it had.</summary>
    public Task StartAsync(CancellationToken cancellationToken) =>
        RunAsync(["start", "--port", $"{port}", "--regionservers", $"{regionServers}", .. options], cancellationToken);

    /// <summary>A command of the script, its folder put in after the first word.</summary>
    public Task<string> RunAsync(string[] command, CancellationToken cancellationToken) =>
        Shell.RunAsync(Shared.HBase, [command[0], _folder, .. command[1..]], cancellationToken);

    /// <summary>Starts a killed process again.</summary>
    public Task RestartAsync(string role, CancellationToken cancellationToken) =>
        Shell.RestartAsync(RunAsync, role, cancellationToken);

    /// <summary>Whether a process lives.</summary>
    public async Task<bool> IsAliveAsync(string role, CancellationToken cancellationToken)
    {
        var status = await RunAsync(["status"], cancellationToken);
        return status.Split('\n').Any(line =>
            line.StartsWith($"{role} ", StringComparison.Ordinal) && line.EndsWith("alive", StringComparison.Ordinal));
    }

    /// <summary>SIGKILL of every process.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> roles = regionServers == 0
            ? ["all"]
            // The master first: one that dies half-way through taking a server's regions away can forget, on a local file
            // system, that it had begun; nobody serves them then, and HBase does not mend that by itself.
            : ["master", .. Enumerable.Range(1, regionServers).Select(n => $"rs{n}"), "zookeeper"];
        foreach (var role in roles) await RunAsync(["kill", role], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(_folder, "cluster")))
            await Shell.TryRunAsync(Shared.HBase, ["stop", _folder], CancellationToken.None);
    }
}
