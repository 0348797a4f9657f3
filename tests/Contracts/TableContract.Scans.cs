using HBase.Client;
using Xunit;

namespace Contracts;

public abstract partial class TableContract
{
    [Fact]
    public async Task a_scan_crosses_regions_in_row_order_within_its_bounds()
    {
        string[] rows = ["a", "b", "b1", "c", "lzzz", "m", "m0", "n", "z"];
        await WriteRowsAsync(rows.Reverse().Select(r => "bounds/" + r));

        Assert.Equal(rows, await ScanAsync(Scan.Prefix(B("bounds/"))));
        Assert.Equal(
            ["b", "b1", "c", "lzzz"], await ScanAsync(new Scan { StartRow = B("bounds/b"), StopRow = B("bounds/m") }));
        Assert.Equal(["m", "m0"], await ScanAsync(new Scan { StartRow = B("bounds/m"), StopRow = B("bounds/n") }));
        Assert.Equal(["n", "z"], await ScanAsync(new Scan { StartRow = B("bounds/m1"), StopRow = B("bounds0") }));
        Assert.Empty(await ScanAsync(new Scan { StartRow = B("bounds/zz"), StopRow = B("bounds0") }));
    }

    [Fact]
    public async Task a_scan_ends_at_its_limit()
    {
        await WriteRowsAsync(["limit/a", "limit/b", "limit/n", "limit/o", "limit/p"]);
        var all = Scan.Prefix(B("limit/"));
        Assert.Equal(["a"], await ScanAsync(all with { Limit = 1 }));
        Assert.Equal(["a", "b", "n"], await ScanAsync(all with { Limit = 3, Caching = 2 }));
        Assert.Equal(["a", "b", "n", "o", "p"], await ScanAsync(all with { Limit = 99, Caching = 1 }));
    }

    [Fact]
    public async Task a_prefix_scan_finds_the_rows_with_the_prefix_only()
    {
        await WriteRowsAsync(["prefix/key", "prefix/key-1", "prefix/key-2", "prefix/kez", "prefix/ke"]);
        Assert.Equal(["key", "key-1", "key-2"], await ScanAsync(Scan.Prefix(B("prefix/key"))));

        byte[][] high = [[0xFE, 0xFF, 7], [0xFF, 0xFE], [0xFF, 0xFF, 7], [0xFF, 0xFF, 7, 1]];
        await Table.MutateAsync([.. high.Select(k => (Mutation)new Put(k).Add(F, Q, k))]);
        var found = new List<string>();
        await foreach (var row in Table.ScanAsync(Scan.Prefix(new byte[] { 0xFF, 0xFF, 7 })))
            found.Add(Convert.ToHexString(row.Key.Span));
        Assert.Equal(["FFFF07", "FFFF0701"], found);
    }

    [Fact]
    public async Task a_scan_of_5500_rows_with_small_caching_finds_each_once()
    {
        var keys = Enumerable.Range(0, 5500).Select(i => $"{(char)('a' + (i % 26))}{i:D5}");
        await WriteRowsAsync(keys.Select(k => "many/" + k));
        Assert.Equal(
            keys.Order(StringComparer.Ordinal), await ScanAsync(Scan.Prefix(B("many/")) with { Caching = 77 }));
    }

    [Fact]
    public async Task a_scan_may_ask_for_columns_and_leaves_out_rows_without_them()
    {
        await Table.MutateAsync(
        [
            new Put(B("some/a")).Add(F, B("x"), B("1")).Add(F, B("y"), B("2")),
            new Put(B("some/b")).Add(F, B("y"), B("3")),
            new Put(B("some/n")).Add(G, B("x"), B("4"), 1),
            new Put(B("some/o")).Add(F, B("x"), B("5")).Add(G, B("x"), B("6")),
        ]);

        var all = Scan.Prefix(B("some/"));
        Assert.Equal(["a", "o"], await ScanAsync(all with { Columns = [new(F, B("x"))] }));
        Assert.Equal(["n", "o"], await ScanAsync(all with { Columns = [new(G)] }));
        Assert.Equal(["a"], await ScanAsync(all with { Columns = [new(F, B("x"))], Limit = 1 }));
    }

    [Fact]
    public async Task a_scan_reads_as_many_versions_as_it_asks_for()
    {
        for (var i = 1; i <= 4; i++) await Table.MutateAsync(new Put(B("read-versions/")).Add(G, Q, B($"{i}"), i));

        var versions = new List<long>();
        await foreach (var row in Table.ScanAsync(Scan.Prefix(B("read-versions/")) with { MaxVersions = 2 }))
            versions.AddRange(row.Cells.Select(c => c.Timestamp));
        Assert.Equal([4, 3], versions);
    }

    [Fact]
    public async Task a_scan_carries_large_values()
    {
        var value = new byte[1 << 20];
        new Random(3).NextBytes(value);
        for (var i = 0; i < 6; i++) await Table.MutateAsync(new Put(B($"large/{i}")).Add(F, Q, value));

        var count = 0;
        await foreach (var row in Table.ScanAsync(Scan.Prefix(B("large/"))))
        {
            Assert.True(row.Value(F, Q)!.Value.Span.SequenceEqual(value));
            count++;
        }

        Assert.Equal(6, count);
    }

    [Fact]
    public async Task a_scan_may_be_left_early_and_cancelled()
    {
        await WriteRowsAsync(["left/a", "left/b", "left/c", "left/n"]);
        var all = Scan.Prefix(B("left/")) with { Caching = 1 };
        await foreach (var row in Table.ScanAsync(all))
        {
            Assert.Equal("left/a", S(row.Key));
            break;
        }

        using var source = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var row in Table.ScanAsync(all, source.Token))
                await source.CancelAsync();
        });
    }

    [Fact]
    public async Task a_scan_includes_its_bounds_as_it_says()
    {
        // A region begins at c.
        await WriteRowsAsync(["inclusive/a", "inclusive/b", "inclusive/c", "inclusive/c\0"]);
        var scan = new Scan { StartRow = B("inclusive/a"), StopRow = B("inclusive/c") };
        Assert.Equal(["a", "b"], await ScanAsync(scan));
        Assert.Equal(["b"], await ScanAsync(scan with { IncludeStartRow = false }));
        Assert.Equal(["a", "b", "c"], await ScanAsync(scan with { IncludeStopRow = true }));
        Assert.Equal(["b", "c"], await ScanAsync(scan with { IncludeStartRow = false, IncludeStopRow = true }));
        var one = new Scan { StartRow = B("inclusive/b"), StopRow = B("inclusive/b") };
        Assert.Empty(await ScanAsync(one));
        Assert.Empty(await ScanAsync(one with { IncludeStartRow = false, IncludeStopRow = true }));
        Assert.Equal(["b"], await ScanAsync(one with { IncludeStopRow = true }));
    }

    [Fact]
    public async Task a_reversed_scan_crosses_regions_from_large_keys_to_small_ones()
    {
        string[] rows = ["A", "B", "B\0", "Bb", "M", "l", "m", "m\0", "n", "z"];
        await WriteRowsAsync(rows.Select(r => "reversed/" + r));
        var scan = new Scan { StartRow = B("reversed/~"), StopRow = B("reversed/"), Reversed = true };
        if (!await HasAsync(TableFeatures.ReversedScans, () => ScanAsync(scan))) return;
        var backwards = rows.Reverse().ToList();
        Assert.Equal(backwards, await ScanAsync(scan));
        Assert.Equal(backwards, await ScanAsync(scan with { Caching = 1 }));
        Assert.Equal(["n", "m\0", "m"], await ScanAsync(scan with { StartRow = B("reversed/n"), Limit = 3, Caching = 2 }));
        Assert.Equal(["l", "M"], await ScanAsync(scan with { StartRow = B("reversed/m"), IncludeStartRow = false, Limit = 2 }));
        var down = scan with { StartRow = B("reversed/n"), StopRow = B("reversed/m") };
        Assert.Equal(["n", "m\0"], await ScanAsync(down));
        Assert.Equal(["m\0", "m"], await ScanAsync(down with { IncludeStartRow = false, IncludeStopRow = true }));
        Assert.Equal(["m"], await ScanAsync(down with { StartRow = B("reversed/m"), IncludeStopRow = true }));
        Assert.Empty(await ScanAsync(down with { StartRow = B("reversed/m") }));
    }

    [Fact]
    public async Task a_reversed_scan_without_bounds_begins_at_the_last_row_and_ends_at_the_first()
    {
        await Table.MutateAsync(new Put(new byte[] { 0 }).Add(F, Q, B("1")));
        await Table.MutateAsync(new Put(Enumerable.Repeat((byte)0xFF, 9).ToArray()).Add(F, Q, B("2")));
        var scan = new Scan { Reversed = true };
        if (!await HasAsync(TableFeatures.ReversedScans, () => ScanAsync(scan))) return;
        var keys = new List<string>();
        await foreach (var row in Table.ScanAsync(scan)) keys.Add(Convert.ToHexString(row.Key.Span));
        Assert.Equal("FFFFFFFFFFFFFFFFFF", keys[0]);
        Assert.Equal("00", keys[^1]);
        Assert.True(keys.Zip(keys.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) > 0));
    }

    private async Task WriteRowsAsync(IEnumerable<string> keys) =>
        Assert.All(await Table.MutateAsync([.. keys.Select(k => (Mutation)PutOf(k, k))]), Assert.Null);
}
