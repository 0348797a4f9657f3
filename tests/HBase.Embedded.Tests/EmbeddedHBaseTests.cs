using System.Text;
using HBase.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace HBase.Embedded.Tests;

public sealed class EmbeddedHBaseTests : IDisposable
{
    private static readonly byte[] F = "f"u8.ToArray();
    private static readonly byte[] Q = "q"u8.ToArray();
    private static readonly TableDescriptor T = new("t", [new FamilyDescriptor("f")]);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_000_000));
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task everything_is_there_after_dispose_and_reopen()
    {
        await using (var hbase = Open())
        {
            await hbase.CreateTableAsync(T);
            await hbase.CreateTableAsync(new("gone", [new FamilyDescriptor("f")]));
            await hbase.DeleteTableAsync("gone");
            await hbase.GetTable("t").MutateAsync(PutOf("r", "1", 10));
            await hbase.GetTable("t").MutateAsync(new Delete(B("d")).Add(new(F), 10));
        }

        await using var again = Open();
        Assert.True(await again.TableExistsAsync("t"));
        Assert.False(await again.TableExistsAsync("gone"));
        Assert.Equal("1", await ValueAsync(again, "r"));
        await again.GetTable("t").MutateAsync(PutOf("d", "masked", 10));
        Assert.Null(await ValueAsync(again, "d"));
        await again.CreateTableAsync(new("new", [new FamilyDescriptor("f")]));
        Assert.Null(await again.GetTable("new").GetAsync(new Get(B("r"))));
    }

    [Fact]
    public async Task a_tombstone_is_forgotten_at_an_open_after_its_retention()
    {
        await using (var hbase = Open())
        {
            await hbase.CreateTableAsync(T);
            await hbase.GetTable("t").MutateAsync(new Delete(B("d")).Add(new(F, Q), 10));
        }

        _clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMilliseconds(1));
        await using var again = Open();
        await again.GetTable("t").MutateAsync(PutOf("d", "older", 5));
        Assert.Equal("older", await ValueAsync(again, "d"));
    }

    [Fact]
    public async Task a_second_opener_is_told_which_directory_is_in_use()
    {
        await using var hbase = Open();
        var error = Assert.Throws<HBaseUnavailableException>(() => Open());
        Assert.Contains(_directory.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("open already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task cells_are_stamped_by_the_injected_clock()
    {
        await using var hbase = Open();
        await hbase.CreateTableAsync(T);
        var table = hbase.GetTable("t");
        await table.MutateAsync(PutOf("r", "1"));
        Assert.Equal(1_000_000, (await table.GetAsync(new Get(B("r"))))!.Cells[0].Timestamp);

        await table.MutateAsync(new Delete(B("r")));
        await table.MutateAsync(PutOf("r", "same millisecond"));
        Assert.Null(await ValueAsync(hbase, "r"));

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await table.MutateAsync(PutOf("r", "next"));
        Assert.Equal("next", await ValueAsync(hbase, "r"));
    }

    [Fact]
    public async Task a_scan_sees_one_moment()
    {
        await using var hbase = Open();
        await hbase.CreateTableAsync(T);
        var table = hbase.GetTable("t");
        for (var i = 0; i < 10; i++) await table.MutateAsync(PutOf($"{i}", "old", 1));

        var values = new List<string>();
        await foreach (var row in table.ScanAsync(new Scan { Caching = 1 }))
        {
            if (values.Count == 0)
                for (var i = 0; i < 20; i++) await table.MutateAsync(PutOf($"{i}", "new", 2));
            values.Add(Encoding.UTF8.GetString(row.Value(F, Q)!.Value.Span));
        }

        Assert.Equal(Enumerable.Repeat("old", 10), values);
    }

    [Fact]
    public async Task dispose_writes_what_is_queued_and_ends_open_scans()
    {
        var hbase = Open();
        await hbase.CreateTableAsync(T);
        var table = hbase.GetTable("t");
        await table.MutateAsync([PutOf("0", "0"), PutOf("1", "1")]);
        var scan = table.ScanAsync(new Scan { Caching = 1 }).GetAsyncEnumerator();
        Assert.True(await scan.MoveNextAsync());
        var writes = Enumerable.Range(0, 500).Select(i => table.MutateAsync(PutOf($"{i}", $"{i}")).AsTask()).ToList();

        await hbase.DisposeAsync();
        await hbase.DisposeAsync();

        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await scan.MoveNextAsync());
        await scan.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await table.MutateAsync(PutOf("x", "x")));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await table.GetAsync(new Get(B("x"))));
        await using var again = Open();
        Assert.Equal("499", await ValueAsync(again, "499"));
    }

    [Fact]
    public async Task a_full_queue_makes_callers_wait_and_a_waiting_one_may_give_up()
    {
        await using var hbase = new EmbeddedHBase(
            new EmbeddedHBaseOptions { Path = _directory.Path, QueueLength = 1, MaxGroupCalls = 2 });
        await hbase.CreateTableAsync(T);
        var table = hbase.GetTable("t");
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await table.MutateAsync(PutOf("never", "1"), source.Token));

        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => table.MutateAsync(PutOf($"{i}", $"{i}")).AsTask()));

        Assert.Null(await ValueAsync(hbase, "never"));
        var count = 0;
        await foreach (var row in table.ScanAsync(new Scan())) count++;
        Assert.Equal(300, count);
    }

    [Fact]
    public async Task a_cell_of_more_than_ten_megabytes_is_refused()
    {
        await using var hbase = Open();
        await hbase.CreateTableAsync(T);
        var put = new Put(B("r")).Add(F, Q, new byte[(10 << 20) + 1]);
        await Assert.ThrowsAsync<HBaseRefusedException>(async () => await hbase.GetTable("t").MutateAsync(put));
    }

    [Fact]
    public async Task a_row_of_more_columns_than_are_read_ahead_is_deleted_whole()
    {
        await using var hbase = Open();
        await hbase.CreateTableAsync(T);
        var table = hbase.GetTable("t");
        var put = new Put(B("r"));
        for (var i = 0; i < 300; i++) put.Add(F, B($"{i:D3}"), B($"{i}"), 1);
        await table.MutateAsync(put);

        // One group: it changes a column behind those read ahead, and then deletes the family.
        await table.MutateAsync([new Put(B("r")).Add(F, B("250"), B("x"), 5), new Delete(B("r")).Add(new(F), 3)]);

        var cell = Assert.Single((await table.GetAsync(new Get(B("r"))))!.Cells);
        Assert.Equal(5, cell.Timestamp);
    }

    private static byte[] B(string text) => Encoding.UTF8.GetBytes(text);

    private static Put PutOf(string row, string value, long timestamp = Mutation.LatestTimestamp) =>
        new Put(B(row)).Add(F, Q, B(value), timestamp);

    private static async Task<string?> ValueAsync(EmbeddedHBase hbase, string row)
    {
        var value = (await hbase.GetTable("t").GetAsync(new Get(B(row))))?.Value(F, Q);
        return value is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
    }

    private EmbeddedHBase Open() => new(new EmbeddedHBaseOptions { Path = _directory.Path }, _clock);
}
