using HBase.Client;
using HBase.Client.Filters;
using Xunit;

namespace Contracts;

public abstract partial class TableContract
{
    // Of a: f:x=1, f:y=2, g:x=new over old; b: f:x=2, f:xx=ABC; c: g:y=abc; d: f:x is empty, f:z=9.
    public static TheoryData<string, Filter, string> Filters { get; } = new()
    {
        { "prefix", Filter.Prefix(B("filter/b")), "b f:x=2|b f:xx=ABC" },
        { "prefix of none", Filter.Prefix(B("filter/bb")), "" },
        { "page", Filter.Page(2), "a f:x=1|a f:y=2|a g:x=new|b f:x=2|b f:xx=ABC" },
        { "key only", Filter.All(Filter.KeyOnly(), Filter.Prefix(B("filter/b"))), "b f:x=|b f:xx=" },
        { "length", Filter.All(Filter.Prefix(B("filter/b")), Filter.KeyOnly(true)), "b f:x=\0\0\0\u0001|b f:xx=\0\0\0\u0003" },
        { "first key only", Filter.FirstKeyOnly(), "a f:x=1|b f:x=2|c g:y=abc|d f:x=" },
        { "column range", Filter.ColumnRange(B("x"), B("y")), "a f:x=1|a g:x=new|b f:x=2|b f:xx=ABC|d f:x=" },
        { "column range, other ends", Filter.ColumnRange(B("x"), B("y"), false, true), "a f:y=2|b f:xx=ABC|c g:y=abc" },
        { "column range without a start", Filter.ColumnRange(null, B("xx")), "a f:x=1|a g:x=new|b f:x=2|d f:x=" },
        { "column range without an end", Filter.ColumnRange(B("y"), null), "a f:y=2|c g:y=abc|d f:z=9" },
        { "column prefix", Filter.ColumnPrefix(B("xx")), "b f:xx=ABC" },
        { "column pagination", Filter.ColumnPagination(1, 1), "a f:y=2|b f:xx=ABC|d f:z=9" },
        { "column pagination over families", Filter.ColumnPagination(2, 1), "a f:y=2|a g:x=new|b f:xx=ABC|d f:z=9" },
        { "value", Filter.Value(CompareOperator.Equal, Comparator.Binary(B("2"))), "a f:y=2|b f:x=2" },
        { "value less", Filter.Value(CompareOperator.Less, Comparator.Binary(B("2"))), "a f:x=1|d f:x=" },
        { "value at least", Filter.Value(CompareOperator.GreaterOrEqual, Comparator.Binary(B("ABC"))), "a g:x=new|b f:xx=ABC|c g:y=abc" },
        { "value prefix", Filter.Value(CompareOperator.Greater, Comparator.BinaryPrefix(B("ab"))), "a g:x=new" },
        { "value prefix, equal", Filter.Value(CompareOperator.Equal, Comparator.BinaryPrefix(B("a"))), "c g:y=abc" },
        { "substring", Filter.Value(CompareOperator.Equal, Comparator.Substring("bC")), "b f:xx=ABC|c g:y=abc" },
        { "regex", Filter.Value(CompareOperator.Equal, Comparator.Regex("^a.c$")), "c g:y=abc" },
        { "regex of any case", Filter.Value(CompareOperator.Equal, Comparator.Regex("^a.c$", true)), "b f:xx=ABC|c g:y=abc" },
        { "no regex", Filter.Value(CompareOperator.NotEqual, Comparator.Regex("[0-9a-z]")), "b f:xx=ABC|d f:x=" },
        { "row", Filter.Row(CompareOperator.GreaterOrEqual, Comparator.Binary(B("filter/c"))), "c g:y=abc|d f:x=|d f:z=9" },
        { "row by regex", Filter.Row(CompareOperator.Equal, Comparator.Regex("/[bc]$")), "b f:x=2|b f:xx=ABC|c g:y=abc" },
        { "qualifier", Filter.Qualifier(CompareOperator.NotEqual, Comparator.BinaryPrefix(B("x"))), "a f:y=2|c g:y=abc|d f:z=9" },
        { "family", Filter.Family(CompareOperator.Greater, Comparator.Binary(B("f"))), "a g:x=new|c g:y=abc" },
        {
            "row ranges",
            Filter.RowRanges(new(B("filter/c"), B("filter/d"), false, true), new(B("filter/a"), B("filter/b"))),
            "a f:x=1|a f:y=2|a g:x=new|d f:x=|d f:z=9"
        },
        {
            "single column",
            Filter.SingleColumnValue(F, B("x"), CompareOperator.Greater, B("1")),
            "b f:x=2|b f:xx=ABC|c g:y=abc"
        },
        {
            "single column that must be there",
            Filter.SingleColumnValue(F, B("x"), CompareOperator.LessOrEqual, B("1"), filterIfMissing: true),
            "a f:x=1|a f:y=2|a g:x=new|d f:x=|d f:z=9"
        },
        {
            "single column, not equal",
            Filter.SingleColumnValue(F, B("x"), CompareOperator.NotEqual, Comparator.Regex("."), filterIfMissing: true),
            "d f:x=|d f:z=9"
        },
        {
            "any",
            Filter.Any(Filter.Prefix(B("filter/c")), Filter.Value(CompareOperator.Equal, Comparator.Binary(B("1")))),
            "a f:x=1|c g:y=abc"
        },
        {
            "any of families",
            Filter.Any(
                Filter.Family(CompareOperator.Equal, Comparator.Binary(G)),
                Filter.Qualifier(CompareOperator.Equal, Comparator.Binary(B("z")))),
            "a g:x=new|c g:y=abc|d f:z=9"
        },
        {
            "all of lists",
            Filter.All(
                Filter.Any(Filter.ColumnPrefix(B("x")), Filter.ColumnPrefix(B("z"))),
                Filter.Any(Filter.FirstKeyOnly(), Filter.Value(CompareOperator.Equal, Comparator.Binary(B("9"))))),
            "a f:x=1|b f:x=2|d f:x=|d f:z=9"
        },
        {
            "pages of what is left",
            Filter.All(Filter.Qualifier(CompareOperator.Equal, Comparator.Binary(B("y"))), Filter.Page(2)),
            "a f:y=2|c g:y=abc"
        },
    };

    [Theory]
    [MemberData(nameof(Filters), DisableDiscoveryEnumeration = true)]
    public async Task a_filter_leaves_out(string what, Filter filter, string left)
    {
        await WriteFilteredAsync();
        var scan = Scan.Prefix(B("filter/")) with { Filter = filter };
        if (!await HasAsync(TableFeatures.Filters, () => ScanAsync(scan))) return;
        Assert.Equal($"{what}: {left}", $"{what}: {await LinesAsync(scan)}");

        // A get filters as a scan of its row does.
        foreach (var row in (string[])["a", "b", "c", "d"])
        {
            var key = B("filter/" + row);
            var one = scan with { StartRow = key, StopRow = key, IncludeStopRow = true };
            var got = await Table.GetAsync(new Get(key) { Filter = filter });
            Assert.Equal($"{what}: {await LinesAsync(one)}", $"{what}: {string.Join('|', Lines(got))}");
            Assert.Equal(got is not null, await Table.ExistsAsync(new Get(key) { Filter = filter }));
        }
    }

    [Fact]
    public async Task a_filter_sees_all_versions_and_as_many_as_asked_for_are_left()
    {
        for (var i = 1; i <= 3; i++) await Table.MutateAsync(new Put(B("filter-versions")).Add(G, Q, B($"{i % 2}"), i));
        var get = new Get(B("filter-versions")) { Filter = Filter.Value(CompareOperator.Equal, Comparator.Binary(B("0"))) };
        if (!await HasAsync(TableFeatures.Filters, async () => await Table.GetAsync(get))) return;
        Assert.Equal(["g:q@2=0"], await CellsAsync(get));

        var odd = get with { Filter = Filter.Value(CompareOperator.Equal, Comparator.Binary(B("1"))) };
        Assert.Equal(["g:q@3=1"], await CellsAsync(odd));
        Assert.Equal(["g:q@3=1", "g:q@1=1"], await CellsAsync(odd with { MaxVersions = 2 }));

        // The newest version decides, or each of those that are read.
        var newest = get with { Filter = Filter.SingleColumnValue(G, Q, CompareOperator.Equal, B("0")), MaxVersions = 3 };
        Assert.Empty(await CellsAsync(newest));
        var any = newest with { Filter = Filter.SingleColumnValue(G, Q, CompareOperator.Equal, B("0"), latestOnly: false) };
        Assert.Equal(["g:q@3=1", "g:q@2=0", "g:q@1=1"], await CellsAsync(any));
    }

    [Fact]
    public async Task a_filtered_scan_crosses_regions_and_ends_at_its_limit()
    {
        var keys = Enumerable.Range(0, 300).Select(i => $"{(char)('a' + (i % 26))}{i:D3}").ToList();
        await WriteRowsAsync(keys.Select(k => "filtered/" + k));
        var filter = Filter.Row(CompareOperator.Equal, Comparator.Regex("[a-z][0-9]+7$"));
        var scan = Scan.Prefix(B("filtered/")) with { Filter = filter, Caching = 3 };
        if (!await HasAsync(TableFeatures.Filters, () => ScanAsync(scan))) return;
        var expected = keys.Where(k => k.EndsWith('7')).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected, await ScanAsync(scan));
        Assert.Equal(expected.Take(21), await ScanAsync(scan with { Limit = 21 }));
    }

    private async Task WriteFilteredAsync() => Assert.All(
        await Table.MutateAsync(
        [
            new Put(B("filter/a")).Add(F, B("x"), B("1"), 5).Add(F, B("y"), B("2"), 5)
                .Add(G, B("x"), B("old"), 4).Add(G, B("x"), B("new"), 5),
            new Put(B("filter/b")).Add(F, B("x"), B("2"), 5).Add(F, B("xx"), B("ABC"), 5),
            new Put(B("filter/c")).Add(G, B("y"), B("abc"), 5),
            new Put(B("filter/d")).Add(F, B("x"), default, 5).Add(F, B("z"), B("9"), 5),
        ]),
        Assert.Null);

    private async Task<string> LinesAsync(Scan scan)
    {
        var lines = new List<string>();
        await foreach (var row in Table.ScanAsync(scan)) lines.AddRange(Lines(row));
        return string.Join('|', lines);
    }

    private static IEnumerable<string> Lines(Row? row) =>
        (row?.Cells ?? []).Select(c => $"{S(row!.Key)[(S(row.Key).IndexOf('/') + 1)..]} {S(c.Family)}:{S(c.Qualifier)}={S(c.Value)}");
}
