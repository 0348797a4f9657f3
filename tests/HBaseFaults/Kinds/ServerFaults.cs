using HBase.Client;
using HBaseFaults.Load;
using Load.Processes;

namespace HBaseFaults.Kinds;

/// <summary>SIGKILL of a region server: its regions open elsewhere; then it comes back.</summary>
internal sealed class KillRegionServer : IFault
{
    public string Kind => "region-server-kill";

    public async Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken)
    {
        var victim = await Victim.ChooseAsync(servers, clients, cancellationToken);
        await servers.RunAsync(["kill", victim], cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(12), cancellationToken);
        await servers.RestartAsync(victim, cancellationToken);
    }
}

/// <summary>SIGKILL of a region server that is back at the same address before anybody has missed it.</summary>
internal sealed class BounceRegionServer : IFault
{
    public string Kind => "region-server-bounce";

    public async Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken)
    {
        var victim = await Victim.ChooseAsync(servers, clients, cancellationToken);
        await servers.RunAsync(["kill", victim], cancellationToken);
        await servers.RestartAsync(victim, cancellationToken);
    }
}

/// <summary>
/// A region server without hbase:meta hangs for 30 s: its regions open elsewhere, and it ends itself when it wakes up. Not the one
/// with hbase:meta, for on a local file system HBase is not safe from that itself: the master believes what the server says when
/// it wakes up, and so loses what it has written of regions' places.
/// </summary>
internal sealed class PauseRegionServer : IFault
{
    public string Kind => "region-server-pause";

    public async Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken)
    {
        var victim = await Victim.ChooseAsync(servers, clients, cancellationToken, withMeta: false);
        await servers.RunAsync(["pause", victim], cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(30), cancellationToken);
        await servers.RunAsync(["resume", victim], cancellationToken);
        await Victim.EndAsync(servers, victim, cancellationToken);
        await servers.RestartAsync(victim, cancellationToken);
    }
}

/// <summary>SIGKILL of the only master; it comes back after 10 s.</summary>
internal sealed class KillMaster : IFault
{
    public string Kind => "master-kill";

    public async Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken)
    {
        await servers.RunAsync(["kill", "master"], cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(10), cancellationToken);
        await servers.RestartAsync("master", cancellationToken);
    }
}

/// <summary>The region server that a fault befalls.</summary>
internal static class Victim
{
    /// <summary>The one with the most regions of the table: one that has just come back has none.</summary>
    /// <param name="withMeta">Whether it may be the one that has hbase:meta.</param>
    public static async Task<string> ChooseAsync(
        HBaseServers servers, Clients clients, CancellationToken cancellationToken, bool withMeta = true)
    {
        var regions = await clients.Admin.ListRegionsAsync(Clients.Table, cancellationToken);
        // A line of it: encoded name, host,port,startcode, start key.
        var meta = withMeta ? "" : await servers.RunAsync(["admin", "regions", "hbase:meta"], cancellationToken);
        var port = regions.Select(region => region.Server).OfType<HBaseServer>()
            .Where(server => !meta.Contains($",{server.Port},", StringComparison.Ordinal))
            .CountBy(server => server.Port).MaxBy(count => count.Value).Key;
        return $"rs{Enumerable.Range(1, servers.Count).First(n => servers.PortOf(n) == port)}";
    }

    /// <summary>Waits until a server that was declared dead has ended itself; one that does not is killed.</summary>
    public static async Task EndAsync(HBaseServers servers, string victim, CancellationToken cancellationToken)
    {
        for (var looks = 0; await servers.IsAliveAsync(victim, cancellationToken); looks++)
        {
            if (looks == 30)
            {
                await servers.RunAsync(["kill", victim], cancellationToken);
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }
}
