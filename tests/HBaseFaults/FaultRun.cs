using HBase.Client;
using HBaseFaults.Kinds;
using HBaseFaults.Load;
using Load;
using Load.Processes;

namespace HBaseFaults;

/// <summary>
/// Faults in an order that the seed gives, each kind in turn until the time is over, under a load that knows what is right.
/// </summary>
internal static class FaultRun
{
    private const string Help = """
        hbase-faults: HBase with three region servers from ../shared/servers; gets, multi-gets, scans, puts, deletes,
        check-and-puts, commits, increments, appends and batches through two clients that are never made anew, one of them by
        proxies, while faults come. Prints a table and a line of JSON; exit 1 unless wrong, lost, untyped and stuck are 0.
          --seconds N      how long faults are begun (300); each kind comes at least once
          --seed S         1
          --rate N         operations a second (2000); the read and the commit of a chain are two, and one in the table
          --only K,K       only these kinds
          --port N         the first port to try for the servers (26000)
        """;

    /// <summary>How long after a repair every writer must have read back all its rows.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(4);

    private static readonly IFault[] Kinds =
    [
        new MoveRegions(), new SplitRegion(), new MergeRegions(), new KillRegionServer(), new BounceRegionServer(),
        new PauseRegionServer(), new KillMaster(), new CutConnections(), new BreakFrames(),
    ];

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        var only = arguments.Text("only", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        var kinds = Kinds.Where(kind => only.Length == 0 || only.Contains(kind.Kind)).ToArray();
        if (kinds.Length == 0) throw new UsageException($"kinds: {string.Join(' ', Kinds.Select(kind => kind.Kind))}");
        var (rate, seed) = (arguments.Number("rate", 2000), (int)arguments.Number("seed", 1));
        var seconds = TimeSpan.FromSeconds(arguments.Number("seconds", 300));

        using var scratch = new Scratch();
        var port = HBaseServers.FreePort((int)arguments.Number("port", 26000));
        await Console.Error.WriteLineAsync($"starting HBase on {port}");
        await using var servers = new HBaseServers(scratch, port, 3, ["--java-opts", "-XX:TieredStopAtLevel=1"]);
        await using var clients = new Clients(servers);
        using var window = new Window();
        var report = new Report();
        await StartAsync(servers, clients, window, report, cancellationToken);

        await using var load = new LoadLoop(clients, window, rate, new Random(seed));
        await Task.Delay(Calm, cancellationToken);
        await InflictAllAsync(kinds, seconds, new(servers, clients, load, window, report), new Random(seed), cancellationToken);
        await load.StopAsync();
        if (report.Stuck == 0) await load.VerifyChainsAsync(clients.Direct, window.Now);
        report.AddCalm("(none)", window.Take());
        report.Print(Console.Out);
        string[] missing = [.. kinds.Select(kind => kind.Kind).Except(report.Kinds)];
        if (missing.Length > 0) await Console.Error.WriteLineAsync($"there was no {string.Join(", no ", missing)}");
        return report.IsGood && missing.Length == 0 ? 0 : 1;
    }

    // Clients that begin before the servers do.
    private static async Task StartAsync(
        HBaseServers servers, Clients clients, Window window, Report report, CancellationToken cancellationToken)
    {
        var waiting = clients.WaitForServersAsync(window, cancellationToken);
        await servers.StartAsync(cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        await waiting;
        report.AddFault("no-server-at-start", window.Take(), TimeProvider.System.GetElapsedTime(started));
        await clients.Admin.CreateTableAsync(LoadPlan.Descriptor, cancellationToken);
    }

    private static async Task InflictAllAsync(
        IFault[] kinds, TimeSpan time, Stage stage, Random random, CancellationToken cancellationToken)
    {
        IFault[] order = [.. kinds];
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < order.Length || TimeProvider.System.GetElapsedTime(started) < time; i++)
        {
            if (i % order.Length == 0) random.Shuffle(order);
            stage.Report.AddCalm("(none)", stage.Window.Take());
            if (!await InflictAsync(order[i % order.Length], stage, random, cancellationToken)) return;
            await Task.Delay(Calm, cancellationToken);
        }
    }

    private static async Task<bool> InflictAsync(IFault fault, Stage stage, Random random, CancellationToken cancellationToken)
    {
        await Console.Error.WriteAsync($"{fault.Kind}: ");
        var begun = TimeProvider.System.GetTimestamp();
        try
        {
            await fault.InflictAsync(stage.Servers, stage.Clients, random, cancellationToken);
        }
        catch (HBaseException e)
        {
            await Console.Error.WriteLineAsync($"could not be brought about, and does not count: {e.Message}");
            return true;
        }

        var repaired = TimeProvider.System.GetTimestamp();
        stage.Report.Stuck = await stage.Load.RecoverAsync(Recovery, cancellationToken);
        var recovered = TimeProvider.System.GetElapsedTime(repaired);
        stage.Report.AddFault(fault.Kind, stage.Window.Take(), recovered);
        await Console.Error.WriteLineAsync(
            $"repaired after {TimeProvider.System.GetElapsedTime(begun, repaired).TotalSeconds:F1} s, "
            + $"{(stage.Report.Stuck == 0 ? "recovered" : $"{stage.Report.Stuck} STUCK")} {recovered.TotalSeconds:F1} s later");
        return stage.Report.Stuck == 0;
    }

    /// <summary>All that a fault has to do with.</summary>
    private sealed record Stage(HBaseServers Servers, Clients Clients, LoadLoop Load, Window Window, Report Report);
}
