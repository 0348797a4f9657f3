using HBase.Client;
using HBaseFaults.Load;
using Load.Processes;

namespace HBaseFaults.Kinds;

/// <summary>Every region of the table moves to another server.</summary>
internal sealed class MoveRegions : IFault
{
    public string Kind => "region-move";

    public async Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken)
    {
        var live = await clients.Admin.ListServersAsync(cancellationToken);
        foreach (var region in await clients.Admin.ListRegionsAsync(Clients.Table, cancellationToken))
        {
            HBaseServer[] others = [.. live.Where(server => server != region.Server)];
            await clients.Admin.MoveRegionAsync(region, others[random.Next(others.Length)], cancellationToken);
        }
    }
}

/// <summary>A region is split between two rows of a writer.</summary>
internal sealed class SplitRegion : IFault
{
    public string Kind => "region-split";

    public async Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken)
    {
        var regions = await clients.Admin.ListRegionsAsync(Clients.Table, cancellationToken);
        HBaseRegion region;
        byte[] row;
        do
        {
            row = LoadPlan.Key(random.Next(LoadPlan.Workers), random.Next(1, LoadPlan.RowsOfWorker));
            region = regions.Last(r => r.StartKey.Span.SequenceCompareTo(row) <= 0);
        }
        while (region.StartKey.Span.SequenceEqual(row));
        await clients.Admin.SplitRegionAsync(region, row, cancellationToken);
    }
}

/// <summary>Two neighbours become one region.</summary>
internal sealed class MergeRegions : IFault
{
    private const int Attempts = 60;

    public string Kind => "region-merge";

    public async Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var regions = await clients.Admin.ListRegionsAsync(Clients.Table, cancellationToken);
            var left = random.Next(regions.Count - 1);
            try
            {
                await clients.Admin.MergeRegionsAsync([regions[left], regions[left + 1]], cancellationToken);
                return;
            }
            catch (HBaseRefusedException) when (attempt < Attempts)
            {
                // A region that has just been split cannot be merged until a compaction has rewritten its parent's files.
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
    }
}
