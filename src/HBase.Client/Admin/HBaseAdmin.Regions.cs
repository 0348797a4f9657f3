using Google.Protobuf;
using HBase.Client.Connection;
using HBase.Client.Protocol.Messages;
using HBase.Client.Routing;

namespace HBase.Client.Admin;

/// <summary>Regions and servers.</summary>
internal sealed partial class HBaseAdmin
{
    public async ValueTask FlushTableAsync(string name, CancellationToken cancellationToken = default)
    {
        var table = locator.Table(name);
        var request = new FlushTableRequest
        { TableName = table.Message, NonceGroup = master.NonceGroup, Nonce = MasterClient.NewNonce() };
        await RunAsync("FlushTable", request, Subject(table), table.Name, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<HBaseRegion>> ListRegionsAsync(
        string table, CancellationToken cancellationToken = default)
    {
        var route = locator.Table(table);
        var deadline = new Deadline(policy.Time.GetTimestamp(), timeout, policy.Time);
        var exists = await policy.RetryAsync(
            $"looking for the table {route.Name}", deadline, () => locator.TableExistsAsync(route, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (!exists) throw new HBaseTableNotFoundException($"The table {route.Name} does not exist.") { Table = route.Name };
        var regions = new List<HBaseRegion>();
        var scan = new Scan
        {
            StartRow = MetaRows.FirstKey(route.NameBytes.Span),
            StopRow = MetaRows.EndKey(route.NameBytes.Span),
            Columns = [new Column(MetaRows.InfoFamily.ToArray())],
        };
        await foreach (var row in scanner.ScanAsync(locator.Table(TableRoute.Meta), scan, cancellationToken).ConfigureAwait(false))
        {
            if (MetaRows.Describe(row, route.Name) is { } region) regions.Add(region);
        }

        return regions;
    }

    public async ValueTask SplitRegionAsync(
        HBaseRegion region, ReadOnlyMemory<byte>? row = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(region);
        var table = locator.Table(region.Table);
        var request = new SplitTableRegionRequest
        {
            RegionInfo = new RegionInfo
            {
                RegionId = (ulong)region.Id,
                TableName = table.Message,
                StartKey = ByteString.CopyFrom(region.StartKey.Span),
                EndKey = ByteString.CopyFrom(region.EndKey.Span),
                Offline = false,
                Split = false,
                ReplicaId = 0,
            },
            NonceGroup = master.NonceGroup,
            Nonce = MasterClient.NewNonce(),
        };
        if (row is { } at) request.SplitRow = ByteString.CopyFrom(at.Span);
        await RunAsync("SplitRegion", request, Subject(region), table.Name, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask MergeRegionsAsync(
        IReadOnlyList<HBaseRegion> regions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(regions);
        if (regions.Count < 2) throw new ArgumentException("A merge is of two regions at least.", nameof(regions));
        var request = new MergeTableRegionsRequest { NonceGroup = master.NonceGroup, Nonce = MasterClient.NewNonce() };
        request.Region.AddRange(regions.Select(Specifier));
        await RunAsync("MergeTableRegions", request, Subject(regions[0]), regions[0].Table, cancellationToken)
            .ConfigureAwait(false);
    }

    // Has no nonce and no procedure: the master answers when it is done, and what is where it should be is not moved again.
    public async ValueTask MoveRegionAsync(
        HBaseRegion region, HBaseServer? to = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(region);
        var request = new MoveRegionRequest { Region = Specifier(region) };
        if (to is not null)
        {
            request.DestServerName = new ServerName
            { HostName = to.Host, Port = (uint)to.Port, StartCode = (ulong)to.StartCode };
        }

        await AskAsync(
            "MoveRegion", request, MoveRegionResponse.Parser, Subject(region), region.Table, cancellationToken)
            .ConfigureAwait(false);
    }

    public async ValueTask<bool> BalanceAsync(CancellationToken cancellationToken = default)
    {
        var response = await AskAsync(
            "Balance", new BalanceRequest(), BalanceResponse.Parser, "the cluster", null, cancellationToken)
            .ConfigureAwait(false);
        return response.BalancerRan;
    }

    public async ValueTask<IReadOnlyList<HBaseServer>> ListServersAsync(CancellationToken cancellationToken = default)
    {
        var servers = await master.ServersAsync(timeout, cancellationToken).ConfigureAwait(false);
        return [.. servers.Select(name => new HBaseServer(name.HostName, (int)name.Port, (long)name.StartCode))];
    }

    private static string Subject(HBaseRegion region) => $"region {region.EncodedName} of {region.Table}";

    private static RegionSpecifier Specifier(HBaseRegion region) => new()
    {
        Type = RegionSpecifier.Types.RegionSpecifierType.EncodedRegionName,
        Value = ByteString.CopyFromUtf8(region.EncodedName),
    };
}
