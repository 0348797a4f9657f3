using Xunit;
using static HBase.Client.Tests.RealServer.RealTable;

namespace HBase.Client.Tests.RealServer;

/// <summary>
/// Regions move, split and merge under load, by the servers' script: HBASE_SCRIPT is the script, HBASE_DIR the cluster's
/// directory.
/// </summary>
public sealed class RegionChangeTests(RealTable real) : IClassFixture<RealTable>, IAsyncLifetime
{
    private const int Rows = 200;

    public ValueTask InitializeAsync() => real.StartAsync();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task No_commit_is_lost_or_doubled_while_regions_split_and_merge_and_move()
    {
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Rows).Select(i => CountAsync(i, stop.Token)).ToArray();
        foreach (var command in (string[][])[["split", real.Name, "c"], ["shuffle", real.Name], ["split", real.Name, "p"], ["merge", real.Name]])
            await AdminAsync(command);
        await stop.CancelAsync();
        var counts = await Task.WhenAll(writers);
        for (var i = 0; i < Rows; i++)
        {
            Assert.True(counts[i] > 0);
            Assert.Equal(counts[i], await ValueAsync(real.Table, Key(i)));
            Assert.Equal(counts[i], await ValueAsync(real.Table, Key(i) + "/h"));
        }
    }

    [Fact]
    public async Task A_region_that_went_to_and_fro_and_was_split_is_found()
    {
        var admin = real.Client.Admin;
        var servers = await admin.ListServersAsync();
        Assert.SkipWhen(servers.Count < 2, "One server: nowhere to go to.");
        var name = $"to_and_fro_{Guid.NewGuid():N}";
        await real.Client.CreateTableAsync(Descriptor(name));
        try
        {
            var table = real.Client.GetTable(name);
            await table.MutateAsync(PutOf("a", 1));
            var region = (await admin.ListRegionsAsync(name))[0];
            // Each of the two has then said goodbye to it in favour of the other.
            await admin.MoveRegionAsync(region, servers.First(server => server != region.Server));
            await admin.MoveRegionAsync(region, region.Server);
            await admin.MoveRegionAsync(region, servers.First(server => server != region.Server));
            Assert.Equal(1, await ValueAsync(table, "a"));
            await admin.SplitRegionAsync(region, B("m"));
            Assert.Equal(1, await ValueAsync(table, "a"));
        }
        finally
        {
            await real.Client.DeleteTableAsync(name);
        }
    }

    [Fact]
    public async Task A_disabled_table_refuses_at_once()
    {
        var name = $"disabled_{Guid.NewGuid():N}";
        await real.Client.CreateTableAsync(Descriptor(name));
        try
        {
            var table = real.Client.GetTable(name);
            await table.MutateAsync(PutOf("a", 1));
            await AdminAsync("disable", name);
            var error = await Assert.ThrowsAsync<HBaseRefusedException>(async () => await table.MutateAsync(PutOf("a", 2)));
            Assert.Contains("disabled", error.Message);
        }
        finally
        {
            await real.Client.DeleteTableAsync(name);
        }
    }

    private static string Key(int i) => $"{(char)('a' + (i % 26))}{i}";

    // Counts a row up by commits; an unknown outcome is settled by reading.
    private async Task<int> CountAsync(int i, CancellationToken stop)
    {
        var value = 0;
        while (!stop.IsCancellationRequested || value == 0)
        {
            try
            {
                var next = value + 1;
                var done = await real.Table.CommitAsync(
                    Commit(Key(i), value, next, PutOf(Key(i) + "/h", next, next)), CancellationToken.None);
                Assert.True(done, $"{Key(i)} was not {value}");
                value = next;
            }
            catch (HBaseOutcomeUnknownException)
            {
                value = await ValueAsync(real.Table, Key(i));
            }
        }

        return value;
    }

    private static Task AdminAsync(params string[] command) => AdminAsync(60, command);

    private static async Task AdminAsync(int attempts, string[] command)
    {
        var (code, output, errors) = await JavaClient.RunAsync(command);
        // A region that has just been split cannot be merged until its compaction has rewritten the parent's files.
        var mustWait = errors.Contains("is not mergeable", StringComparison.Ordinal);
        if (mustWait && attempts > 1) await AdminAsync(attempts - 1, command);
        else Assert.True(code == 0, output + errors);
    }
}
