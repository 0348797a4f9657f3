using HBase.Client;
using HBase.Client.Filters;
using Xunit;

namespace Contracts;

public abstract partial class TableContract
{
    [Fact]
    public async Task a_put_without_a_timestamp_is_stamped_by_the_clock()
    {
        var before = DateTimeOffset.FromUnixTimeMilliseconds(1_600_000_000_000);
        await Table.MutateAsync(PutOf("stamped", "1"));
        var row = await Table.GetAsync(new Get(B("stamped")));
        Assert.InRange(
            row!.Cells[0].Timestamp, before.ToUnixTimeMilliseconds(), before.AddYears(100).ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task a_column_delete_removes_all_versions_up_to_its_timestamp()
    {
        for (var i = 1; i <= 3; i++)
            await Table.MutateAsync(new Put(B("column")).Add(G, Q, B($"{i}"), i).Add(G, B("r"), B("x"), 1));
        await Table.MutateAsync(new Delete(B("column")).Add(new(G, Q), 2));
        Assert.Equal(["g:q@3=3", "g:r@1=x"], await CellsAsync(new Get(B("column")) { MaxVersions = 9 }));

        await Table.MutateAsync(new Delete(B("column")).Add(new(G, Q)));
        Assert.Equal(["g:r@1=x"], await CellsAsync(new Get(B("column")) { MaxVersions = 9 }));
    }

    [Fact]
    public async Task a_family_delete_removes_its_columns_up_to_its_timestamp()
    {
        await Table.MutateAsync(
            new Put(B("family")).Add(F, Q, B("1"), 1).Add(F, B("r"), B("5"), 5).Add(G, Q, B("1"), 1));
        await Table.MutateAsync(new Delete(B("family")).Add(new(F), 4));
        Assert.Equal(["f:r@5=5", "g:q@1=1"], await CellsAsync(new Get(B("family"))));
    }

    [Fact]
    public async Task a_row_delete_removes_every_family()
    {
        await Table.MutateAsync(new Put(B("row")).Add(F, Q, B("1"), 1).Add(G, Q, B("1"), 1).Add(G, B(""), B("2"), 2));
        await Table.MutateAsync(new Delete(B("row")));
        Assert.Null(await Table.GetAsync(new Get(B("row"))));
        Assert.Empty(await ScanAsync(new Scan { StartRow = B("row"), StopRow = B("row\0") }));
    }

    [Fact]
    public async Task a_put_not_newer_than_a_column_delete_is_masked()
    {
        await Table.MutateAsync(new Delete(B("masked")).Add(new(F, Q), 10));
        await Table.MutateAsync(PutOf("masked", "same", 10));
        await Table.MutateAsync(PutOf("masked", "older", 9));
        Assert.Null(await Table.GetAsync(new Get(B("masked"))));

        await Table.MutateAsync(PutOf("masked", "newer", 11));
        Assert.Equal("newer", await ValueAsync("masked"));
    }

    [Fact]
    public async Task a_put_not_newer_than_a_family_delete_is_masked()
    {
        await Table.MutateAsync(new Delete(B("masked-family")).Add(new(G), 10));
        await Table.MutateAsync(new Put(B("masked-family"))
            .Add(G, Q, B("same"), 10).Add(G, B("r"), B("newer"), 11).Add(F, Q, B("f"), 1));
        Assert.Equal(["f:q@1=f", "g:r@11=newer"], await CellsAsync(new Get(B("masked-family"))));
    }

    [Fact]
    public async Task a_row_delete_masks_a_put_of_an_older_time()
    {
        await Table.MutateAsync(PutOf("masked-row", "1", 1));
        await Table.MutateAsync(new Delete(B("masked-row")));
        await Table.MutateAsync(PutOf("masked-row", "2", 2));
        Assert.Null(await Table.GetAsync(new Get(B("masked-row"))));
    }

    [Fact]
    public async Task a_delete_of_the_empty_qualifier_is_not_one_of_the_family()
    {
        Needs(TableFeatures.AnyDelete);
        await Table.MutateAsync(new Put(B("empty-qualifier")).Add(F, default, B("1"), 1).Add(F, Q, B("2"), 1));
        await Table.MutateAsync(new Delete(B("empty-qualifier")).Add(new(F, ReadOnlyMemory<byte>.Empty), 5));
        Assert.Equal(["f:q@1=2"], await CellsAsync(new Get(B("empty-qualifier"))));
    }

    [Fact]
    public async Task a_delete_stamped_by_the_clock_spares_cells_ahead_of_the_clock()
    {
        var ahead = DateTimeOffset.FromUnixTimeMilliseconds(32_000_000_000_000).ToUnixTimeMilliseconds();
        await Table.MutateAsync(PutOf("ahead-delete", "future", ahead));
        await Table.MutateAsync(new Delete(B("ahead-delete")));
        Assert.Equal("future", await ValueAsync("ahead-delete"));
    }

    [Fact]
    public async Task a_batch_answers_for_each_mutation()
    {
        var errors = await Table.MutateAsync(
        [
            PutOf("batch/1", "1"), new Put(B("batch/2")).Add(B("nofamily"), Q, B("2")), PutOf("batch/3", "3"),
            new Delete(B("batch/4")).Add(new(B("nofamily"))),
        ]);

        Assert.Equal(4, errors.Count);
        Assert.Null(errors[0]);
        Assert.IsType<HBaseRefusedException>(errors[1]);
        Assert.Null(errors[2]);
        Assert.IsType<HBaseRefusedException>(errors[3]);
        Assert.Equal(["1", "3"], await ScanAsync(Scan.Prefix(B("batch/"))));
    }

    [Fact]
    public async Task a_batch_may_change_rows_of_every_region()
    {
        string[] keys = ["bounds/_", "limit/_", "many/_", "multi/_", "zz/_"];
        var puts = keys.Select(k => (Mutation)PutOf(k, k)).ToList();
        Assert.All(await Table.MutateAsync(puts), Assert.Null);
        foreach (var key in keys) Assert.Equal(key, await ValueAsync(key));

        Assert.All(await Table.MutateAsync([.. keys.Select(k => (Mutation)new Delete(B(k)))]), Assert.Null);
        foreach (var key in keys) Assert.Null(await Table.GetAsync(new Get(B(key))));
        Assert.Empty(await Table.MutateAsync(Array.Empty<Mutation>()));
    }

    [Fact]
    public async Task an_unknown_family_is_refused()
    {
        await Assert.ThrowsAsync<HBaseRefusedException>(
            async () => await Table.MutateAsync(new Put(B("refused")).Add(B("nofamily"), Q, B("1"))));
        await Assert.ThrowsAsync<HBaseRefusedException>(
            async () => await Table.MutateAsync(new Delete(B("refused")).Add(new(B("nofamily"), Q))));
    }

    [Fact]
    public async Task misuse_is_an_argument_exception()
    {
        var tooLong = new byte[short.MaxValue + 1];
        foreach (var row in new[] { Array.Empty<byte>(), tooLong })
        {
            await Misuse(async () => await Table.GetAsync(new Get(row)));
            await Misuse(async () => await Table.MutateAsync(new Put(row).Add(F, Q, B("1"))));
            await Misuse(async () => await Table.MutateAsync(new Delete(row)));
            await Misuse(async () =>
                await Table.CheckAndMutateAsync(new(row, F, Q, default), new Put(row).Add(F, Q, B("1"))));
        }

        await Misuse(async () => await Table.GetAsync(new Get(B("times")) { MinTimestamp = 2, MaxTimestamp = 2 }));
        await Misuse(() => ScanAsync(new Scan { MinTimestamp = -1 }));
        await Misuse(async () => await Table.UpdateAsync(new Increment(B("nothing"))));
        await Misuse(async () => await Table.UpdateAsync(new Append(default).Add(F, Q, B("1"))));
        await Misuse(async () => await Table.MutateAsync(new RowMutations(B("nothing"))));
        await Misuse(async () => await Table.MutateAsync(new RowMutations(B("one")).Add(PutOf("other", "1"))));
        var less = Equal("one", "") with { Operator = CompareOperator.Less };
        await Misuse(async () => await Table.CheckAndMutateAsync(less, PutOf("one", "1")));
        var both = Equal("one", "1") with { Filter = Filter.FirstKeyOnly() };
        await Misuse(async () => await Table.CheckAndMutateAsync(both, PutOf("one", "1")));
        await Misuse(async () => await Table.MutateAsync(new Put(B("nothing"))));
        await Misuse(async () => await Table.CheckAndMutateAsync(Absent("one"), PutOf("other", "1")));

        static Task Misuse(Func<Task> call) => Assert.ThrowsAnyAsync<ArgumentException>(call);
    }
}
