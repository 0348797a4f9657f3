using TestKit;
using Xunit;
using static HBase.Client.Tests.RealServer.RealTable;

namespace HBase.Client.Tests.RealServer;

/// <summary>
/// A commit in a group gets the answer that it would have got alone, whatever happens to the region. tests/hbase-faults does the
/// same with region servers that are killed.
/// </summary>
public sealed class GroupCommitTests(RealTable real) : IClassFixture<RealTable>, IAsyncLifetime
{
    private const long Ahead = 32_000_000_000_000;
    private const int WritersOfChain = 4;

    public ValueTask InitializeAsync() => real.StartAsync();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Contending_commits_form_chains_while_regions_split_move_and_merge()
    {
        var name = $"chains_{Guid.NewGuid():N}";
        await real.Client.CreateTableAsync(new TableDescriptor(name, [CommitChain.Family])
        {
            SplitKeys = [B("c"), B("e"), B("g")],
            GroupCommit = true,
        });
        try
        {
            var table = real.Client.GetTable(name);
            var chains = "abcdefgh".Select((c, i) => new CommitChain($"{c}", i % 3 == 0 ? Ahead : 1)).ToArray();
            using var stop = new CancellationTokenSource();
            var writers = chains.SelectMany(chain => Enumerable.Range(0, WritersOfChain).Select(_ => WriteAsync(chain, table, stop.Token)))
                .ToArray();
            await SplitAsync(name, "b");
            await SplitAsync(name, "d");
            await MoveAsync(name);
            // Regions that were split can be merged only after a compaction, so it is two others.
            await real.Client.Admin.MergeRegionsAsync([.. (await real.Client.Admin.ListRegionsAsync(name)).TakeLast(2)]);
            await stop.CancelAsync();
            await Task.WhenAll(writers);
            foreach (var chain in chains)
            {
                var (lost, wrong) = await chain.VerifyAsync(table);
                Assert.Empty(lost);
                Assert.Empty(wrong);
                Assert.True(chain.Done > 0);
            }
        }
        finally
        {
            await real.Client.DeleteTableAsync(name);
        }
    }

    [Theory]
    [InlineData("split")]
    [InlineData("move")]
    public async Task Commits_that_gathered_before_their_region_went_are_done_where_it_went(string change)
    {
        var name = $"gathered_{change}_{Guid.NewGuid():N}";
        Assert.SkipWhen(change == "move" && (await real.Client.Admin.ListServersAsync()).Count < 2, "One server: nowhere to move to.");
        await real.Client.CreateTableAsync(Descriptor(name) with { GroupCommit = true });
        try
        {
            await real.Client.GetTable(name).MutateAsync([.. Enumerable.Range(0, 20).Select(i => PutOf($"stale{i:D2}", 7, 7))]);
            var (client, proxy) = await ProxiedAsync(name);
            await using var closing = client;
            await using var alsoClosing = proxy;
            var table = client.GetTable(name);
            var held = proxy.HoldAnswers();
            // As many calls as may be under way, and no answer: what comes now gathers.
            var sent = new List<Task<bool>>();
            for (var i = 0; i < 4; i++) sent.Add(table.CommitAsync(Commit($"sent{i}", 0, 1)).AsTask());
            await held;
            // Below and above where it is split.
            string[] rows = [.. Enumerable.Range(0, 100).Select(i => $"{(i % 2 == 0 ? 'a' : 'x')}{i:D2}")];
            var gathered = rows.Select(row => table.CommitAsync(Commit(row, 0, 1, PutOf($"{row}/h", 1, 1))).AsTask()).ToArray();
            var stale = Enumerable.Range(0, 20).Select(i => table.CommitAsync(Commit($"stale{i:D2}", 0, 8)).AsTask()).ToArray();
            if (change == "split") await SplitAsync(name, "m");
            else await MoveAsync(name);
            proxy.Cut();

            Assert.All(await Task.WhenAll(gathered), Assert.True);
            Assert.All(await Task.WhenAll(stale), Assert.False);
            foreach (var row in rows)
            {
                Assert.Equal(1, await ValueAsync(table, row));
                Assert.Equal(1, await ValueAsync(table, $"{row}/h"));
            }

            for (var i = 0; i < 20; i++) Assert.Equal(7, await ValueAsync(table, $"stale{i:D2}"));
            foreach (var commit in sent) await Assert.ThrowsAsync<HBaseOutcomeUnknownException>(() => commit);
        }
        finally
        {
            await real.Client.DeleteTableAsync(name);
        }
    }

    private static async Task WriteAsync(CommitChain chain, ITable table, CancellationToken stop)
    {
        for (var step = 0; !stop.IsCancellationRequested; step++)
        {
            try
            {
                if (step % 5 == 4) Assert.False(await chain.CommitStaleAsync(table));
                else await chain.CommitAsync(table);
            }
            catch (HBaseOutcomeUnknownException)
            {
                // The chain allows for both.
            }
        }
    }

    private async Task<(HBaseClient Client, TcpProxy Proxy)> ProxiedAsync(string table)
    {
        var region = await real.Client.LocateAsync(table, B("a"));
        var proxy = new TcpProxy(region.Server.Host, region.Server.Port);
        proxy.Start();
        var client = new HBaseClient(new HBaseClientOptions
        {
            Masters = RealHBase.Masters(),
            CallTimeout = TimeSpan.FromMinutes(1),
            OperationTimeout = TimeSpan.FromMinutes(2),
            AddressMap = new Dictionary<string, string> { [region.Server.ToString()] = $"localhost:{proxy.Port}" },
        });
        await client.GetTable(table).GetAsync(new Get(B("a")));
        return (client, proxy);
    }

    private async Task SplitAsync(string table, string row)
    {
        var regions = await real.Client.Admin.ListRegionsAsync(table);
        var region = regions.Last(r => r.StartKey.Span.SequenceCompareTo(B(row)) <= 0);
        await real.Client.Admin.SplitRegionAsync(region, B(row));
    }

    // With one server there is nowhere to move to.
    private async Task MoveAsync(string table)
    {
        var servers = await real.Client.Admin.ListServersAsync();
        foreach (var region in await real.Client.Admin.ListRegionsAsync(table))
            await real.Client.Admin.MoveRegionAsync(region, servers.FirstOrDefault(server => server != region.Server) ?? servers[0]);
    }
}
