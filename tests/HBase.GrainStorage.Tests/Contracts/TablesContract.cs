using HBase.GrainStorage.Tables;

namespace HBase.GrainStorage.Tests.Contracts;

/// <summary>Creating tables at the start of silos.</summary>
public abstract class TablesContract(HBaseFixture hbase)
{
    [Fact]
    public async Task Silos_that_start_at_once_find_one_table()
    {
        var name = hbase.NewTableName("start");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ =>
            HBaseFixture.Tables(new() { Regions = 3, RetryDelay = TimeSpan.FromMilliseconds(200) })
            .EnsureStateTableAsync(hbase.HBase, name)));
        Assert.True(await hbase.HBase.TableExistsAsync(name));
        await HBaseFixture.Tables(new() { Create = false }).EnsureStateTableAsync(hbase.HBase, name);
    }

    [Fact]
    public async Task A_table_has_the_families_with_their_time_to_live()
    {
        var name = hbase.NewTableName("ttl");
        var options = new HBaseTablesOptions
        {
            Regions = 1,
            EventsTimeToLive = TimeSpan.FromDays(30),
            AlertsTimeToLive = TimeSpan.FromDays(400),
        };
        await HBaseFixture.Tables(options).EnsureStateTableAsync(hbase.HBase, name);
        var put = new Put("row"u8.ToArray()).Add("s"u8.ToArray(), default, default)
            .Add("h"u8.ToArray(), default, default)
            .Add("a"u8.ToArray(), default, default);
        await hbase.HBase.GetTable(name).MutateAsync(put);
        Assert.Equal(3, (await hbase.HBase.GetTable(name).GetAsync(new Get("row"u8.ToArray())))!.Cells.Count);
    }
}
