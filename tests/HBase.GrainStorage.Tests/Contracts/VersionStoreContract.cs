using HBase.GrainStorage.Versions;

namespace HBase.GrainStorage.Tests.Contracts;

/// <summary>Versions, and where they start.</summary>
public abstract class VersionStoreContract(HBaseFixture hbase)
{
    private async Task<HBaseVersionStore> StoreAsync()
    {
        var name = hbase.NewTableName("versions");
        await HBaseFixture.Tables(new()).EnsureVersionTableAsync(hbase.HBase, name);
        return new HBaseVersionStore(hbase.HBase.GetTable(name));
    }

    [Fact]
    public async Task A_version_is_added_once_and_read_in_order()
    {
        var store = await StoreAsync();
        for (var version = 1; version <= 300; version++)
            Assert.True(await store.TryAddAsync(version, BitConverter.GetBytes(version), default));
        Assert.True(await store.TryAddAsync(7, BitConverter.GetBytes(7), default));
        Assert.False(await store.TryAddAsync(7, BitConverter.GetBytes(8), default));

        var read = await store.ReadAsync(250, default).ToListAsync();
        Assert.Equal(Enumerable.Range(250, 51), read.Select(v => (int)v.Version));
        Assert.All(read, v => Assert.Equal(v.Version, BitConverter.ToInt32(v.Content.Span)));
        Assert.Empty(await store.ReadAsync(301, default).ToListAsync());
    }

    [Fact]
    public async Task A_version_starts_once_in_each_source()
    {
        var store = await StoreAsync();
        Assert.Empty((await store.ReadStartsAsync("t/0/x", default)).Versions);
        Assert.True(await store.TryStartAsync("t/0/x", new(1, 0), default));
        Assert.True(await store.TryStartAsync("t/0/x", new(256, 1000), default));
        Assert.True(await store.TryStartAsync("t/0/x", new(256, 1000), default));
        Assert.False(await store.TryStartAsync("t/0/x", new(256, 1001), default));
        Assert.True(await store.TryStartAsync("t/0/xy", new(3, 5), default));

        var starts = await store.ReadStartsAsync("t/0/x", default);
        Assert.Equal([1L, 256L], starts.Versions);
        Assert.Equal([1L, 1L, 256L], ((long[])[0, 999, 1000]).Select(starts.Of));
        Assert.Empty(await store.ReadAsync(1, default).ToListAsync());
    }
}
