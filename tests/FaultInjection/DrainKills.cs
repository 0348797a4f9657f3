using System.Text.Json.Nodes;
using Load;
using Load.Processes;
using Load.Topics;
using Load.Verification;

namespace FaultInjection;

/// <summary>SIGKILL of the only silo in the middle of a drain, several times, then verify.</summary>
internal static class DrainKills
{
    public const string Help = """
        drain-kills: a broker, HBase and one silo from ../shared/servers; the silo is killed (SIGKILL) when its grains were
        handed a part of what is left of a backlog, a larger part each time, and started again. Exit 1 unless verify passes.
          --kills N        5
          --records N      4000000
          --entities N     50000
        """;

    private const string Topic = "events";
    private const string Group = "kills";
    private const string DeliveredCounter = "kafka_records_delivered_total";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(args, Help);
        var (kills, records) = ((int)arguments.Number("kills", 5), arguments.Number("records", 4_000_000));
        await Shell.RunAsync(Path.Combine(Shared.Root, "bench", "build"), ["src/Silo"], cancellationToken);
        using var scratch = new Scratch();
        await using var servers = await Servers.StartAsync(scratch, 1, 0, [], cancellationToken);
        using var admin = new TopicAdmin(servers.Bootstrap);
        await admin.CreateAsync(Topic);
        await admin.CreateAsync("alerts");
        await Peers.LoadAsync(
            servers.Bootstrap, ["--records", $"{records}", "--entities", $"{arguments.Number("entities", 50_000)}"], cancellationToken);
        var middle = 0;
        for (var kill = 1; kill <= kills; kill++)
            if (await KillAfterAsync(servers, scratch, admin, (double)kill / (kills + 1), cancellationToken))
                middle++;

        await using var silo = SiloProcess.Start(servers, scratch, new(1, Group, []));
        await silo.WaitUntilUpAsync(cancellationToken);
        var verified = await VerifyCommand.VerifyAsync(
            new() { Bootstrap = servers.Bootstrap, Masters = servers.Masters, Group = Group, Gateways = [silo.Gateway] }, cancellationToken);
        var report = new JsonObject { ["kills"] = kills, ["in_the_middle"] = middle };
        foreach (var (name, value) in verified) report[name] = value;
        Console.WriteLine(report.ToJsonString());
        return middle == kills && verified["wrong"] + verified["missing"] + verified["alerts_missing"] + verified["alerts_wrong"] == 0
            ? 0
            : 1;
    }

    /// <summary>Kills a silo when its grains were handed a part of what was not committed; whether there was still something to commit then.</summary>
    private static async Task<bool> KillAfterAsync(
        Servers servers, Scratch scratch, TopicAdmin admin, double part, CancellationToken cancellationToken)
    {
        var partitions = admin.Partitions(Topic);
        var end = (await admin.EndsAsync(partitions, cancellationToken)).Sum();
        var left = end - (await admin.CommittedAsync(Group, partitions, cancellationToken)).Sum();
        await using var silo = SiloProcess.Start(servers, scratch, new(1, Group, []));
        double delivered;
        while ((delivered = (await silo.MetricsAsync(cancellationToken)).GetValueOrDefault(DeliveredCounter)) < part * left)
        {
            if (silo.Process.HasExited || silo.Process.Elapsed > Limit)
                throw new BenchException($"stuck: {delivered} of {left} records delivered; the silo printed:\n{silo.Process.Tail()}");
            await Task.Delay(Poll, cancellationToken);
        }

        await silo.Process.KillAsync();
        var committed = (await admin.CommittedAsync(Group, partitions, cancellationToken)).Sum();
        await Console.Error.WriteLineAsync(
            $"killed when {delivered} of {left} records were delivered, after {silo.Process.Elapsed.TotalSeconds:F1} s; committed {committed} of {end}");
        return committed < end;
    }
}
