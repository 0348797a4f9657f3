using HBase.Client;
using HBase.Client.Filters;
using Xunit;

namespace Contracts;

public abstract partial class TableContract
{
    [Theory]
    [InlineData(CompareOperator.Less, "5", false, false)]
    [InlineData(CompareOperator.Less, "6", true, false)]
    [InlineData(CompareOperator.LessOrEqual, "5", true, false)]
    [InlineData(CompareOperator.LessOrEqual, "4", false, false)]
    [InlineData(CompareOperator.Equal, "5", true, false)]
    [InlineData(CompareOperator.NotEqual, "5", false, false)]
    [InlineData(CompareOperator.NotEqual, "6", true, false)]
    [InlineData(CompareOperator.GreaterOrEqual, "5", true, false)]
    [InlineData(CompareOperator.GreaterOrEqual, "6", false, false)]
    [InlineData(CompareOperator.Greater, "5", false, false)]
    [InlineData(CompareOperator.Greater, "4", true, false)]
    [InlineData(CompareOperator.NotEqual, "", true, false)]
    [InlineData(CompareOperator.Equal, "", false, true)]
    public async Task a_condition_compares_as_its_operator_says(CompareOperator op, string value, bool of5, bool ofAbsent)
    {
        var word = $"operator/{op}{value}";
        var condition = Equal(word, value) with { Operator = op };
        var put = PutOf(word, "next");
        if (op != CompareOperator.Equal
            && !await HasAsync(TableFeatures.Operators, async () => await Table.CheckAndMutateAsync(condition, put))) return;

        Assert.Equal(ofAbsent, await Table.CheckAndMutateAsync(condition with { Row = B(word + "/absent") }, PutOf(word + "/absent", "1")));
        await Table.MutateAsync(PutOf(word, "5"));
        Assert.Equal(of5, await Table.CheckAndMutateAsync(condition, put));
        Assert.Equal(of5 ? "next" : "5", await ValueAsync(word));

        // The same in a group of commits, which needs timestamps.
        await Table.MutateAsync(PutOf(word + "/commit", "5", 5));
        var commit = new ConditionalCommit(
            condition with { Row = B(word + "/commit") }, PutOf(word + "/commit", "6", 6), [PutOf(word + "/further", "6", 6)]);
        Assert.Equal(of5, await Table.CommitAsync(commit));
        Assert.Equal(of5 ? "6" : "5", await ValueAsync(word + "/commit"));
        var absent = new ConditionalCommit(
            condition with { Row = B(word + "/none") }, PutOf(word + "/none", "6", 6), [PutOf(word + "/further", "6", 6)]);
        Assert.Equal(ofAbsent, await Table.CommitAsync(absent));
    }

    [Fact]
    public async Task a_condition_may_be_a_filter()
    {
        var all = Filter.All(Filter.Family(CompareOperator.Equal, Comparator.Binary(G)), Filter.ColumnPrefix(B("a")));
        var condition = Condition.Matches(B("matches"), all);
        var put = new Put(B("matches")).Add(F, Q, B("1"));
        if (!await HasAsync(TableFeatures.Operators, async () => await Table.CheckAndMutateAsync(condition, put))) return;
        Assert.False(await Table.CheckAndMutateAsync(condition, put));
        await Table.MutateAsync(new Put(B("matches")).Add(F, B("ab"), B("1"), 5).Add(G, B("b"), B("1"), 5));
        Assert.False(await Table.CheckAndMutateAsync(condition, put));
        await Table.MutateAsync(new Put(B("matches")).Add(G, B("ab"), B("1"), 5));
        Assert.False(await Table.CheckAndMutateAsync(condition with { MaxTimestamp = 5 }, put));
        Assert.True(await Table.CheckAndMutateAsync(condition, put));
        Assert.Equal("1", await ValueAsync("matches"));

        var further = new Put(B("matches-further")).Add(F, Q, B("1"), 5);
        Assert.True(await Table.CommitAsync(new(condition, new Put(B("matches")).Add(G, B("c"), B("2"), 6), [further])));
        Assert.False(await Table.CommitAsync(new(
            condition with { MinTimestamp = 6 }, new Put(B("matches")).Add(G, B("c"), B("3"), 7), [further])));
        Assert.Equal(["g:c@6=2"], await CellsAsync(new Get(B("matches")) { Columns = [new(G, B("c"))] }));
    }

    [Fact]
    public async Task a_condition_may_look_at_some_times_only()
    {
        var condition = new Condition(B("when"), G, Q, B("old")) { MaxTimestamp = 6 };
        var put = new Put(B("when")).Add(F, Q, B("1"), 9);
        if (!await HasAsync(TableFeatures.Operators, async () => await Table.CheckAndMutateAsync(condition, put))) return;
        await Table.MutateAsync(new Put(B("when")).Add(G, Q, B("old"), 5));
        await Table.MutateAsync(new Put(B("when")).Add(G, Q, B("new"), 6));
        Assert.False(await Table.CheckAndMutateAsync(condition with { MinTimestamp = 6, MaxTimestamp = 7 }, put));
        Assert.True(await Table.CheckAndMutateAsync(condition, put));
        Assert.True(await Table.CheckAndMutateAsync(Condition.Absent(B("when"), G, Q) with { MinTimestamp = 7 }, put));
    }

    [Fact]
    public async Task mutations_of_a_row_are_applied_together_or_not_at_all()
    {
        var row = B("several");
        await Table.MutateAsync(new Put(row).Add(G, B("a"), B("1"), 1).Add(G, B("b"), B("1"), 1));
        var several = new RowMutations(row)
            .Add(new Delete(row).Add(new(G, B("a")), 5)).Add(new Put(row).Add(G, B("c"), B("2"), 6).Add(F, Q, B("2"), 6));
        if (!await HasAsync(TableFeatures.RowMutations, async () => await Table.MutateAsync(several))) return;
        await Table.MutateAsync(several);
        Assert.Equal(["f:q@6=2", "g:b@1=1", "g:c@6=2"], await CellsAsync(new Get(row)));

        var bad = new RowMutations(row).Add(new Delete(row)).Add(new Put(row).Add(B("nofamily"), Q, B("1")));
        await Assert.ThrowsAsync<HBaseRefusedException>(async () => await Table.MutateAsync(bad));
        Assert.Equal(["f:q@6=2", "g:b@1=1", "g:c@6=2"], await CellsAsync(new Get(row)));

        var errors = await Table.MutateAsync([PutOf("several-1", "1"), bad, several, PutOf("several-2", "2")]);
        Assert.Equal([true, false, true, true], errors.Select(e => e is null));
        Assert.Equal("2", await ValueAsync("several-2"));
    }

    [Fact]
    public async Task a_conditional_write_may_be_several_mutations()
    {
        var row = B("several-if");
        await Table.MutateAsync(new Put(row).Add(F, Q, B("1"), 1).Add(G, Q, B("1"), 1));
        var several = new RowMutations(row).Add(new Delete(row).Add(new(G), 5)).Add(new Put(row).Add(F, Q, B("2"), 6));
        if (!await HasAsync(
            TableFeatures.RowMutations, async () => await Table.CheckAndMutateAsync(Equal("several-if", "1"), several))) return;
        Assert.False(await Table.CheckAndMutateAsync(Equal("several-if", "x"), several));
        Assert.Equal(["f:q@1=1", "g:q@1=1"], await CellsAsync(new Get(row)));
        Assert.True(await Table.CheckAndMutateAsync(Equal("several-if", "1"), several));
        Assert.Equal(["f:q@6=2"], await CellsAsync(new Get(row)));

        var next = new RowMutations(row).Add(new Put(row).Add(F, Q, B("3"), 7)).Add(new Put(row).Add(G, Q, B("3"), 7));
        Assert.True(await Table.CommitAsync(new(Equal("several-if", "2"), next, [PutOf("several-if-further", "3", 7)])));
        Assert.False(await Table.CommitAsync(new(Equal("several-if", "2"), next, [PutOf("several-if-further", "4", 8)])));
        Assert.Equal(["f:q@7=3", "g:q@7=3"], await CellsAsync(new Get(row)));
        Assert.Equal("3", await ValueAsync("several-if-further"));
    }
}
