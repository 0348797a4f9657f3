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

    public Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken) =>
        RegionChange.WhenPossibleAsync(() => SplitAsync(clients.Admin, random, cancellationToken), cancellationToken);

    private static async Task SplitAsync(IHBaseAdmin admin, Random random, CancellationToken cancellationToken)
    {
        var regions = await admin.ListRegionsAsync(Clients.Table, cancellationToken);
        HBaseRegion region;
        byte[] row;
        do
        {
            row = LoadPlan.Key(random.Next(LoadPlan.Workers), random.Next(1, LoadPlan.RowsOfWorker));
            region = regions.Last(r => r.StartKey.Span.SequenceCompareTo(row) <= 0);
        }
        while (region.StartKey.Span.SequenceEqual(row));
        await admin.SplitRegionAsync(region, row, cancellationToken);
    }
}

/// <summary>Two neighbours become one region.</summary>
internal sealed class MergeRegions : IFault
{
    public string Kind => "region-merge";

    public Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken) =>
        RegionChange.WhenPossibleAsync(() => MergeAsync(clients.Admin, random, cancellationToken), cancellationToken);

    private static async Task MergeAsync(IHBaseAdmin admin, Random random, CancellationToken cancellationToken)
    {
        var regions = await admin.ListRegionsAsync(Clients.Table, cancellationToken);
        var left = random.Next(regions.Count - 1);
        await admin.MergeRegionsAsync([regions[left], regions[left + 1]], cancellationToken);
    }
}
