using System.Diagnostics;
using HBase.Client.Routing;
using HBase.Client.Tests.Diagnostics;
using TestKit;
using Xunit;
using static HBase.Client.Tests.RealServer.RealTable;

namespace HBase.Client.Tests.RealServer;

public sealed class DiagnosticsTests(RealTable real) : IClassFixture<RealTable>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => real.StartAsync();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Every_operation_has_an_activity_with_table_and_server()
    {
        using var activities = new RecordedActivities();
        var server = (await real.RegionAsync("a")).Server;
        await real.Table.MutateAsync(PutOf("a", 1));
        await real.Table.GetAsync(new Get(B("a")));
        await real.Table.CommitAsync(Commit("a", 1, 2));
        await real.Table.MutateAsync([PutOf("a", 3), PutOf("b", 3)]);
        await foreach (var row in real.Table.ScanAsync(new Scan { StopRow = B("b"), Limit = 1 })) Assert.Equal(B("a"), row.Key.ToArray());
        await real.Client.Admin.IsTableEnabledAsync(real.Name);
        foreach (var name in (string[])["mutate", "get", "commit", "scan"])
        {
            var activity = activities.One($"{name} {real.Name}");
            Assert.Equal(server.Host, activity.GetTagItem("server.address"));
            Assert.Equal(server.Port, activity.GetTagItem("server.port"));
            Assert.Equal(real.Name, activity.GetTagItem("db.collection.name"));
            Assert.Equal(name, activity.GetTagItem("db.operation.name"));
            Assert.Equal(ActivityStatusCode.Unset, activity.Status);
        }

        Assert.Equal(2, activities.One($"batch {real.Name}").GetTagItem("db.operation.batch.size"));
        Assert.Equal("GetTableState", activities.One($"GetTableState {real.Name}").GetTagItem("db.operation.name"));
    }

    [Fact]
    public async Task Calls_batches_lookups_and_queues_are_measured()
    {
        using var metrics = new RecordedMetrics();
        await using var client = new HBaseClient(new HBaseClientOptions { Masters = RealHBase.Masters() });
        var table = client.GetTable(real.Name);
        await table.GetAsync(new Get(B("a")));
        await table.MutateAsync([.. Enumerable.Range(0, 100).Select(i => (Mutation)PutOf($"a{i}", i))]);
        var server = (await real.RegionAsync("a")).Server;
        var tags = new (string, object)[] { ("server.address", server.Host), ("server.port", server.Port) };
        Assert.True(metrics.Of("hbase.client.call.duration", [.. tags, ("rpc.method", "Multi"), ("outcome", "ok")]).Length >= 2);
        Assert.True(metrics.Of("hbase.client.batch.size", ("rpc.method", "Multi")).Sum() >= 101);
        Assert.NotEmpty(metrics.Of("hbase.client.region_cache", ("result", "miss")));
        Assert.True(metrics.Of("hbase.client.region_cache", ("result", "hit")).Length >= 100);
        metrics.Observe();
        Assert.Contains(0.0, metrics.Of("hbase.client.queue.depth", [.. tags, ("kind", "writes")]));
        Assert.NotEmpty(metrics.Of("hbase.client.queue.bytes"));
    }

    [Fact]
    public async Task A_region_that_is_not_where_it_was_and_a_new_connection_are_logged()
    {
        using var log = new RecordedLog();
        var (client, proxy) = await real.ProxiedAsync(options => options.LoggerFactory = log);
        await using var closing = client;
        await using var alsoClosing = proxy;
        var table = client.GetTable(real.Name);
        var region = await client.LocateAsync(real.Name, B("a"));
        client.RegionsOf(real.Name).Move(region, new ServerAddress("localhost", 1));
        await table.MutateAsync(PutOf("a-logged", 1));
        Assert.Contains(log.Lines, line => line.StartsWith(
            $"Warning: mutate of {real.Name} failed in region {region} at localhost:1, attempt 1; then: Relocate.", StringComparison.Ordinal));
        Assert.Contains($"Information: Region {region} of {real.Name} is not, or no more, at localhost:1; it is looked for again.", log.Lines);
        Assert.Contains(log.Lines, line => line.EndsWith($"of {real.Name} was found at {region.Server}.", StringComparison.Ordinal));
        await table.GetAsync(new Get(B("a")));
        proxy.Cut();
        await table.GetAsync(new Get(B("a")));
        Assert.Contains($"Information: Connecting again to ClientService of {region.Server}.", log.Lines);
        // Whoever calls next sees a broken connection before the one that found it has logged that.
        await log.ContainsAsync(line => line.EndsWith($" calls were under way to {region.Server}.", StringComparison.Ordinal));
    }
}
