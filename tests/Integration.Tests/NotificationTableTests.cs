using System.Text;
using HBase.Client;
using HBase.Embedded;
using Silo.Notifying;

namespace Integration.Tests;

public sealed class NotificationTableTests : IAsyncLifetime
{
    private readonly TestPlace _place = TestPlace.Embedded();
    private EmbeddedHBase? _hbase;

    public async ValueTask InitializeAsync()
    {
        _hbase = new EmbeddedHBase(new EmbeddedHBaseOptions { Path = _place.Data }, TimeProvider.System);
        await _hbase.CreateTableAsync(new TableDescriptor("notifications", [new FamilyDescriptor("n")]));
    }

    public async ValueTask DisposeAsync()
    {
        await _hbase!.DisposeAsync();
        await _place.DisposeAsync();
    }

    [Fact]
    public async Task What_is_saved_is_read_and_what_is_deleted_leaves_no_row()
    {
        var table = await TakenAsync();
        await table.SaveAsync("group/a", "1"u8.ToArray(), default);
        await table.SaveAsync("group/b", "2"u8.ToArray(), default);
        await table.SaveAsync("silence/a", "3"u8.ToArray(), default);
        await table.SaveAsync("group/a", "4"u8.ToArray(), default);
        await table.DeleteAsync("group/b", default);
        await table.DeleteAsync("group/none", default);

        Assert.Equal([("a", "4")], await ReadAsync(table));
        Assert.Equal(["group/a", "owner", "silence/a"], await RowsAsync());
        await table.SaveAsync("group/b", "5"u8.ToArray(), default);
        Assert.Equal([("a", "4"), ("b", "5")], await ReadAsync(table));
    }

    [Fact]
    public async Task Who_takes_the_table_shuts_the_one_before_out()
    {
        var first = await TakenAsync();
        await first.SaveAsync("group/a", "1"u8.ToArray(), default);
        var second = await TakenAsync();
        Assert.Equal([("a", "1")], await ReadAsync(second));

        await Assert.ThrowsAsync<NotificationTableLostException>(() => first.SaveAsync("group/a", "2"u8.ToArray(), default));
        await Assert.ThrowsAsync<NotificationTableLostException>(() => first.SaveAsync("group/b", "2"u8.ToArray(), default));
        await Assert.ThrowsAsync<NotificationTableLostException>(() => first.DeleteAsync("group/a", default));
        await Assert.ThrowsAsync<NotificationTableLostException>(() => first.CheckAsync(default));
        await Assert.ThrowsAsync<NotificationTableLostException>(() => first.Lost);

        await second.CheckAsync(default);
        Assert.Equal([("a", "1")], await ReadAsync(second));
        Assert.False(second.Lost.IsCompleted);
    }

    private async Task<NotificationTable> TakenAsync()
    {
        var table = new NotificationTable(_hbase!.GetTable("notifications"), TimeProvider.System);
        await table.TakeAsync(default);
        return table;
    }

    private static async Task<IEnumerable<(string, string)>> ReadAsync(NotificationTable table) =>
        (await table.ReadAsync("group/", default)).Select(row => (row.Key, Encoding.UTF8.GetString(row.Value.Span)));

    private async Task<List<string>> RowsAsync() => await _hbase!.GetTable("notifications").ScanAsync(new Scan())
        .Select(row => Encoding.UTF8.GetString(row.Key.Span)).ToListAsync();
}
