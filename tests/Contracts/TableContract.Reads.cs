using HBase.Client;
using Xunit;

namespace Contracts;

public abstract partial class TableContract
{
    [Fact]
    public async Task a_row_that_was_never_written_is_null()
    {
        Assert.Null(await Table.GetAsync(new Get(B("never"))));
    }

    [Fact]
    public async Task cells_come_by_family_then_qualifier_then_newest_version()
    {
        await Table.MutateAsync(new Put(B("order"))
            .Add(G, B("b"), B("1"), 10).Add(F, B("z"), B("2"), 10).Add(G, B("a"), B("3"), 10).Add(F, B(""), B("4"), 10)
            .Add(G, B("ab"), B("5"), 10));
        await Table.MutateAsync(new Put(B("order")).Add(G, B("a"), B("6"), 20));
        await Table.MutateAsync(new Put(B("order")).Add(G, B("a"), B("7"), 15));

        Assert.Equal(
            ["f:@10=4", "f:z@10=2", "g:a@20=6", "g:a@15=7", "g:a@10=3", "g:ab@10=5", "g:b@10=1"],
            await CellsAsync(new Get(B("order")) { MaxVersions = 10 }));
    }

    [Fact]
    public async Task a_family_keeps_no_more_than_its_versions()
    {
        for (var i = 1; i <= 5; i++)
            await Table.MutateAsync(new Put(B("versions")).Add(F, Q, B($"{i}"), i).Add(G, Q, B($"{i}"), i));

        Assert.Equal(
            ["f:q@5=5", "g:q@5=5", "g:q@4=4", "g:q@3=3"],
            await CellsAsync(new Get(B("versions")) { MaxVersions = 100 }));
        Assert.Equal(["f:q@5=5", "g:q@5=5"], await CellsAsync(new Get(B("versions"))));
    }

    [Fact]
    public async Task an_older_timestamp_written_later_stays_older()
    {
        await Table.MutateAsync(PutOf("older", "new", 20));
        await Table.MutateAsync(PutOf("older", "old", 10));
        Assert.Equal("new", await ValueAsync("older"));
    }

    [Fact]
    public async Task the_same_timestamp_written_again_replaces_the_value()
    {
        await Table.MutateAsync(PutOf("again", "first", 10));
        await Table.MutateAsync(PutOf("again", "second", 10));
        Assert.Equal(["f:q@10=second"], await CellsAsync(new Get(B("again")) { MaxVersions = 10 }));
    }

    [Fact]
    public async Task a_get_may_ask_for_columns_and_families()
    {
        await Table.MutateAsync(new Put(B("columns"))
            .Add(F, B("a"), B("1"), 1).Add(F, B("b"), B("2"), 1).Add(F, B("c"), B("3"), 1)
            .Add(G, B("a"), B("4"), 1).Add(G, B("b"), B("5"), 1));

        Assert.Equal(
            ["f:a@1=1", "f:c@1=3", "g:a@1=4", "g:b@1=5"],
            await CellsAsync(new Get(B("columns")) { Columns = [new(G), new(F, B("c")), new(F, B("a"))] }));
        Assert.Empty(await CellsAsync(new Get(B("columns")) { Columns = [new(F, B("absent"))] }));
        Assert.Null(await Table.GetAsync(new Get(B("columns")) { Columns = [new(F, B("absent"))] }));
    }

    [Fact]
    public async Task many_gets_answer_in_their_order()
    {
        await WriteRowsAsync(["multi/a", "multi/x", "multi/n"]);
        string[] keys = ["multi/x", "multi/none", "multi/a", "multi/n", "multi/zz", "multi/x"];

        var rows = await Table.GetAsync([.. keys.Select(k => new Get(B(k)))]);

        Assert.Equal(
            ["multi/x", "(none)", "multi/a", "multi/n", "(none)", "multi/x"], rows.Select(r => S(r?.Value(F, Q))));
        Assert.Equal("multi/n", S(rows[3]!.Key));
        Assert.Empty(await Table.GetAsync(Array.Empty<Get>()));
    }

    [Fact]
    public async Task rows_and_qualifiers_may_hold_every_byte_and_sort_by_bytes()
    {
        var keys = new List<byte[]>();
        for (var i = 0; i < 256; i++)
        {
            var b = (byte)i;
            keys.AddRange((byte[][])[[b], [b, 0], [0, b, 0], [b, 0xFF], [b, 0, 1]]);
        }

        keys = [.. keys.Select(k => (byte[])[.. B("bytes/"), .. k])];
        var ordered = keys.DistinctBy(Convert.ToHexString)
            .OrderBy(Convert.ToHexString, StringComparer.Ordinal).ToList();
        var puts = ordered.Select(k => (Mutation)new Put(k).Add(F, k, k)).Reverse().ToList();
        Assert.All(await Table.MutateAsync(puts), Assert.Null);

        var scanned = new List<string>();
        await foreach (var row in Table.ScanAsync(Scan.Prefix(B("bytes/"))))
        {
            scanned.Add(Convert.ToHexString(row.Key.Span));
            Assert.Equal(row.Key, row.Cells[0].Qualifier, ByteOrder.Instance);
            Assert.Equal(row.Key, row.Cells[0].Value, ByteOrder.Instance);
        }

        Assert.Equal(ordered.Select(Convert.ToHexString), scanned);
    }

    [Fact]
    public async Task rows_at_the_ends_of_the_key_space_are_found()
    {
        byte[][] keys = [[0], [0, 0], [0, 1], [0xFF], [0xFF, 0xFF, 0xFF, 0xFF]];
        foreach (var key in keys) await Table.MutateAsync(new Put(key).Add(F, Q, key));
        foreach (var key in keys)
            Assert.Equal(key, (await Table.GetAsync(new Get(key)))!.Value(F, Q)!.Value.ToArray());
    }

    [Fact]
    public async Task qualifiers_sort_by_bytes_and_keep_apart()
    {
        byte[][] qualifiers =
            [[], [0], [0, 0], [0, 1], [0, 255], [1], [1, 0], [1, 0, 0], [1, 1], [255], [255, 0], [255, 255]];
        var put = new Put(B("qualifiers"));
        foreach (var qualifier in qualifiers.Reverse()) put.Add(F, qualifier, qualifier);
        await Table.MutateAsync(put);

        var row = await Table.GetAsync(new Get(B("qualifiers")));
        Assert.Equal(
            qualifiers.Select(q => Convert.ToHexString(q)),
            row!.Cells.Select(c => Convert.ToHexString(c.Qualifier.Span)));
        foreach (var qualifier in qualifiers)
        {
            var one = await Table.GetAsync(new Get(B("qualifiers")) { Columns = [new(F, qualifier)] });
            Assert.Equal(qualifier, Assert.Single(one!.Cells).Value.ToArray());
        }
    }

    [Fact]
    public async Task a_value_may_be_empty_or_of_a_megabyte()
    {
        var large = new byte[1 << 20];
        new Random(1).NextBytes(large);
        await Table.MutateAsync(new Put(B("sizes")).Add(F, B("empty"), default).Add(F, B("large"), large));

        var row = await Table.GetAsync(new Get(B("sizes")));
        Assert.Equal(0, row!.Value(F, B("empty"))!.Value.Length);
        Assert.True(row.Value(F, B("large"))!.Value.Span.SequenceEqual(large));
    }

    [Fact]
    public async Task a_row_key_may_be_as_long_as_the_store_says_and_no_longer()
    {
        var key = new byte[fixture.LongestRow];
        new Random(2).NextBytes(key);
        await Table.MutateAsync(new Put(key).Add(F, Q, B("long")));
        Assert.Equal("long", S((await Table.GetAsync(new Get(key)))?.Value(F, Q)));

        byte[] longer = [.. key, 0];
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Table.GetAsync(new Get(longer)));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Table.MutateAsync(new Put(longer).Add(F, Q, B("long"))));
    }

    [Fact]
    public async Task a_read_may_ask_for_times()
    {
        for (var i = 1; i <= 3; i++) await Table.MutateAsync(new Put(B("times/1")).Add(G, Q, B($"{i}"), i));
        await Table.MutateAsync(new Put(B("times/2")).Add(F, Q, B("4"), 4));
        var get = new Get(B("times/1")) { MaxVersions = 9 };
        Assert.Equal(["g:q@3=3", "g:q@2=2"], await CellsAsync(get with { MinTimestamp = 2 }));
        Assert.Equal(["g:q@2=2", "g:q@1=1"], await CellsAsync(get with { MaxTimestamp = 3 }));
        Assert.Equal(["g:q@2=2"], await CellsAsync(get with { MaxTimestamp = 3, MaxVersions = 1 }));
        Assert.Empty(await CellsAsync(get with { MinTimestamp = 4, MaxTimestamp = 5 }));

        var scan = Scan.Prefix(B("times/"));
        Assert.Equal(["1", "2"], await ScanAsync(scan with { MinTimestamp = 2 }));
        Assert.Equal(["2"], await ScanAsync(scan with { MinTimestamp = 4 }));
        Assert.Equal(["1"], await ScanAsync(scan with { MinTimestamp = 1, MaxTimestamp = 2 }));
    }

    [Fact]
    public async Task a_row_exists_when_it_has_what_is_asked_for()
    {
        await Table.MutateAsync(new Put(B("exists")).Add(F, Q, B("1"), 5));
        Assert.True(await Table.ExistsAsync(new Get(B("exists"))));
        Assert.False(await Table.ExistsAsync(new Get(B("exists not"))));
        Assert.True(await Table.ExistsAsync(new Get(B("exists")) { Columns = [new(F, Q)] }));
        Assert.False(await Table.ExistsAsync(new Get(B("exists")) { Columns = [new(G)] }));
        Assert.False(await Table.ExistsAsync(new Get(B("exists")) { MinTimestamp = 6 }));
    }

    [Fact]
    public async Task a_read_of_an_unknown_family_is_refused()
    {
        var get = new Get(B("unknown")) { Columns = [new(B("nofamily"))] };
        await Assert.ThrowsAsync<HBaseRefusedException>(async () => await Table.GetAsync(get));
        await Assert.ThrowsAsync<HBaseRefusedException>(
            () => ScanAsync(new Scan { Columns = [new(B("nofamily"), B("q"))] }));
    }

    private sealed class ByteOrder : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public static ByteOrder Instance { get; } = new();

        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> obj) => obj.Length;
    }
}
