using Load;

namespace FaultInjection.Kinds;

/// <summary>SIGKILL of a region server: its regions open elsewhere; then it comes back.</summary>
internal sealed class KillRegionServer : IFault
{
    public string Kind => "region-server-kill";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        var server = $"rs{random.Next(1, cluster.Servers.HBase.Count + 1)}";
        await cluster.Servers.HBase.RunAsync(["kill", server], cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(12), cancellationToken);
        await cluster.Servers.HBase.RestartAsync(server, cancellationToken);
        return null;
    }
}

/// <summary>A region server hangs for 15 s: its regions open elsewhere, and it ends itself when it wakes up.</summary>
internal sealed class PauseRegionServer : IFault
{
    public string Kind => "region-server-pause";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        var server = $"rs{random.Next(1, cluster.Servers.HBase.Count + 1)}";
        await cluster.Servers.HBase.RunAsync(["pause", server], cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(15), cancellationToken);
        await cluster.Servers.HBase.RunAsync(["resume", server], cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
        if (!await cluster.Servers.HBase.IsAliveAsync(server, cancellationToken))
            await cluster.Servers.HBase.RestartAsync(server, cancellationToken);
        return null;
    }
}

/// <summary>Every region of the entities' table moves to another server.</summary>
internal sealed class MoveRegions : IFault
{
    public string Kind => "regions-move";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        await cluster.Servers.HBase.RunAsync(["admin", "shuffle", Cluster.Table], cancellationToken);
        return null;
    }
}

/// <summary>A region of the entities' table is split at a random hash.</summary>
internal sealed class SplitRegion : IFault
{
    public string Kind => "region-split";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        // Two bytes above the lowest: no region begins exactly there.
        var row = $@"\x{random.Next(256):X2}\x{random.Next(1, 256):X2}";
        await cluster.Servers.HBase.RunAsync(["admin", "split", Cluster.Table, row], cancellationToken);
        return null;
    }
}

/// <summary>Two regions of the entities' table become one.</summary>
internal sealed class MergeRegions : IFault
{
    private const int Attempts = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    public string Kind => "regions-merge";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await cluster.Servers.HBase.RunAsync(["admin", "merge", Cluster.Table], cancellationToken);
                return null;
            }
            catch (BenchException) when (attempt < Attempts)
            {
                // What a split has left is not mergeable until it is compacted.
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}

/// <summary>All of HBase is killed and comes back after half a minute.</summary>
internal sealed class HBaseDown : IFault
{
    public string Kind => "hbase-down";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        await cluster.Servers.HBase.KillAsync(cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(30), cancellationToken);
        await cluster.Servers.HBase.StartAsync(cancellationToken);
        return null;
    }
}
