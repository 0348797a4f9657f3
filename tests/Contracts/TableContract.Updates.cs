using System.Buffers.Binary;
using HBase.Client;
using Xunit;

namespace Contracts;

public abstract partial class TableContract
{
    [Fact]
    public async Task an_increment_adds_to_numbers_and_returns_them()
    {
        var increment = new Increment(B("increment")).Add(G, B("b"), -3).Add(F, Q);
        if (!await HasAsync(TableFeatures.Updates, async () => await Table.UpdateAsync(increment))) return;
        Assert.Equal(["f:q=1", "g:b=-3"], Numbers(await Table.UpdateAsync(increment)));
        Assert.Equal(["f:q=2", "g:b=-6"], Numbers(await Table.UpdateAsync(increment)));
        Assert.Equal(["f:q=2", "g:b=-6"], Numbers(await Table.GetAsync(new Get(B("increment")))));

        var row = await Table.UpdateAsync(new Increment(B("increment")).Add(F, Q, long.MaxValue));
        Assert.Equal([$"f:q={unchecked(long.MaxValue + 2)}"], Numbers(row));
        Assert.Equal(B("increment"), row.Key.ToArray());
    }

    [Fact]
    public async Task an_increment_of_what_is_no_number_is_refused()
    {
        var increment = new Increment(B("no-number")).Add(F, Q).Add(G, Q);
        if (!await HasAsync(TableFeatures.Updates, async () => await Table.UpdateAsync(increment))) return;
        foreach (var value in (string[])["", "1", "123456789"])
        {
            await Table.MutateAsync(PutOf("no-number", value));
            await Assert.ThrowsAsync<HBaseRefusedException>(async () => await Table.UpdateAsync(increment));
            Assert.Equal(value, await ValueAsync("no-number"));
        }

        Assert.Null((await Table.GetAsync(new Get(B("no-number"))))!.Value(G, Q));
        await Assert.ThrowsAsync<HBaseRefusedException>(
            async () => await Table.UpdateAsync(new Append(B("no-number")).Add(B("nofamily"), Q, B("1"))));
    }

    [Fact]
    public async Task an_append_adds_bytes_and_returns_all()
    {
        var append = new Append(B("append")).Add(F, Q, B("ab")).Add(F, B("a"), default);
        if (!await HasAsync(TableFeatures.Updates, async () => await Table.UpdateAsync(append))) return;
        await Table.UpdateAsync(append);
        var row = await Table.UpdateAsync(append);
        Assert.Equal("abab", S(row.Value(F, Q)));
        Assert.Equal("", S(row.Value(F, B("a"))));
        Assert.Equal("abab", await ValueAsync("append"));
    }

    [Fact]
    public async Task an_update_is_not_hidden_by_a_cell_ahead_of_the_clock()
    {
        const long ahead = 32_000_000_000_000;
        var append = new Append(B("ahead-update")).Add(F, Q, B("2"));
        if (!await HasAsync(TableFeatures.Updates, async () => await Table.UpdateAsync(append))) return;
        await Table.MutateAsync(PutOf("ahead-update", "1", ahead));
        await Table.UpdateAsync(append);
        Assert.Equal("12", await ValueAsync("ahead-update"));
    }

    [Fact]
    public async Task concurrent_updates_lose_none()
    {
        var increment = new Increment(B("concurrent")).Add(F, Q);
        if (!await HasAsync(TableFeatures.Updates, async () => await Table.UpdateAsync(increment))) return;
        var rows = await Task.WhenAll(Enumerable.Range(0, 200).Select(
            async i => await Table.UpdateAsync(new Increment(B($"concurrent{i % 2}")).Add(F, Q))));
        var counts = rows.Select(r => BinaryPrimitives.ReadInt64BigEndian(r.Cells[0].Value.Span)).Order();
        Assert.Equal(Enumerable.Range(0, 200).Select(i => 1L + (i / 2)), counts);
    }

    private static IEnumerable<string> Numbers(Row? row) =>
        row!.Cells.Select(c => $"{S(c.Family)}:{S(c.Qualifier)}={BinaryPrimitives.ReadInt64BigEndian(c.Value.Span)}");
}
