using System.Globalization;
using System.Text.Json.Nodes;
using Load;
using Load.Processes;

namespace HBaseLoad;

/// <summary><c>bench/hbase-client/compare</c>.</summary>
internal static class CompareCommand
{
    private const string Help = """
        compare: starts HBase from ../shared/servers and runs the same operations with the official Java client
        (../shared/peers/run hbase-client) and with HBase.Client, each in a process of its own, in turns. Prints what each
        reached and its own processor time, and last the ratios of the medians, more is better.
          --rows N         100000
          --rounds N       of each client (3)
          --value N        bytes of a value (100)
          --heap SIZE      of HBase (3g); with 1g its collector is much of what both clients measure
        """;

    // What the peer calls it, and what the result does.
    private static readonly (string Op, string Key)[] _operations =
    [
        ("put", "put"), ("get", "get"), ("check-and-put", "check_and_put"), ("increment", "increment"),
        ("batch of 100 puts", "batch_put"), ("batch of 100 check-and-puts", "batch_check_and_put"),
        ("batch of 100 gets", "batch_get"), ("scan", "scan"), ("put 1 at a time", "put_one_at_a_time"),
    ];

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        string[] sizes = ["--rows", $"{arguments.Number("rows", 100_000)}", "--value", $"{arguments.Number("value", 100)}"];
        var peers = Shared.Peers;
        using var scratch = new Scratch();
        var port = HBaseServers.FreePort();
        await Console.Error.WriteLineAsync($"starting HBase on {port}");
        await using var hbase = new HBaseServers(scratch, port, 0, ["--heap", arguments.Text("heap", "3g")]);
        await hbase.StartAsync(cancellationToken);
        string[] masters = ["--masters", hbase.Masters];
        List<ClientRun> java = [], ours = [];
        for (var round = arguments.Number("rounds", 3); round > 0; round--)
        {
            java.Add(await ClientRun.StartAsync(peers, ["hbase-client", .. masters, .. sizes], cancellationToken));
            string[] self = [Path.ChangeExtension(typeof(CompareCommand).Assembly.Location, ".dll"), "client"];
            ours.Add(await ClientRun.StartAsync("dotnet", [.. self, .. masters, .. sizes], cancellationToken));
        }

        Report(java, ours);
        return 0;
    }

    private static void Report(List<ClientRun> java, List<ClientRun> ours)
    {
        var (ratios, cpu) = (new JsonObject(), new JsonObject());
        Console.WriteLine(
            $"{"",-28} {"Java/s",10} {"ours/s",10} {"ratio",6} {"Java µs",8} {"ours µs",8} {"ratio",6}  (processor time)");
        foreach (var (op, key) in _operations)
        {
            var (theirs, mine) = (Median(java, op, "per_s"), Median(ours, op, "per_s"));
            var (theirCpu, myCpu) = (Median(java, op, "cpu_us"), Median(ours, op, "cpu_us"));
            ratios[key] = Ratio(mine, theirs);
            cpu[key] = Ratio(myCpu, theirCpu);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{op,-28} {theirs,10:N0} {mine,10:N0} {ratios[key],6} {theirCpu,8:N1} {myCpu,8:N1} {cpu[key],6}"));
        }

        ratios["cpu"] = cpu;
        Console.WriteLine(ratios.ToJsonString());
    }

    private static double? Ratio(double? mine, double? theirs) =>
        mine is null || theirs is null or 0 ? null : Math.Round(mine.Value / theirs.Value, 2);

    private static double? Median(List<ClientRun> runs, string op, string figure)
    {
        double[] values = [.. runs.Select(run => run.Figure(op, figure)).OfType<double>().Order()];
        return values.Length == 0 ? null : (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
