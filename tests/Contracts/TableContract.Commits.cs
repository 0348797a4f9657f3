using HBase.Client;
using Xunit;

namespace Contracts;

public abstract partial class TableContract
{
    [Fact]
    public async Task a_condition_with_an_empty_value_means_absent_or_empty()
    {
        Assert.True(await Table.CheckAndMutateAsync(Absent("absent"), PutOf("absent", "1")));
        Assert.False(await Table.CheckAndMutateAsync(Absent("absent"), PutOf("absent", "2")));
        Assert.Equal("1", await ValueAsync("absent"));

        await Table.MutateAsync(PutOf("empty", ""));
        Assert.True(await Table.CheckAndMutateAsync(Absent("empty"), PutOf("empty", "3")));
        Assert.Equal("3", await ValueAsync("empty"));
    }

    [Fact]
    public async Task a_condition_compares_the_newest_value()
    {
        await Table.MutateAsync(new Put(B("compare")).Add(G, Q, B("old"), 1));
        await Table.MutateAsync(new Put(B("compare")).Add(G, Q, B("new"), 2));
        var put = new Put(B("compare")).Add(G, Q, B("next"), 3);
        Assert.False(await Table.CheckAndMutateAsync(new(B("compare"), G, Q, B("old")), put));
        Assert.False(await Table.CheckAndMutateAsync(new(B("compare"), G, Q, B("ne")), put));
        Assert.True(await Table.CheckAndMutateAsync(new(B("compare"), G, Q, B("new")), put));
        Assert.False(await Table.CheckAndMutateAsync(Equal("compare-absent", "x"), PutOf("compare-absent", "1")));
    }

    [Fact]
    public async Task a_conditional_delete_deletes_only_if_the_condition_holds()
    {
        await Table.MutateAsync(PutOf("cad", "1"));
        Assert.False(await Table.CheckAndMutateAsync(Equal("cad", "2"), new Delete(B("cad"))));
        Assert.Equal("1", await ValueAsync("cad"));
        Assert.True(await Table.CheckAndMutateAsync(Equal("cad", "1"), new Delete(B("cad"))));
        Assert.Equal("(none)", await ValueAsync("cad"));
    }

    [Fact]
    public async Task a_deleted_column_counts_as_absent()
    {
        await Table.MutateAsync(PutOf("deleted", "1", 1));
        await Table.MutateAsync(new Delete(B("deleted")).Add(new(F, Q), 1));
        Assert.True(await Table.CheckAndMutateAsync(Absent("deleted"), PutOf("deleted", "2", 2)));
        Assert.Equal("2", await ValueAsync("deleted"));
    }

    [Fact]
    public async Task a_check_and_put_is_not_hidden_by_a_checked_cell_ahead_of_the_clock()
    {
        const long ahead = 32_000_000_000_000;
        await Table.MutateAsync(PutOf("ahead", "1", ahead));
        Assert.True(await Table.CheckAndMutateAsync(Equal("ahead", "1"), PutOf("ahead", "2")));
        Assert.Equal([$"f:q@{ahead}=2"], await CellsAsync(new Get(B("ahead"))));
    }

    [Fact]
    public async Task a_condition_on_an_unknown_family_is_refused()
    {
        Needs(TableFeatures.AnyCondition);
        await Assert.ThrowsAsync<HBaseRefusedException>(async () =>
            await Table.CheckAndMutateAsync(new(B("no"), B("nofamily"), Q, default), PutOf("no", "1")));
    }

    [Fact]
    public async Task of_concurrent_check_and_mutates_of_a_row_exactly_one_wins()
    {
        for (var round = 0; round < 5; round++)
        {
            var row = $"race/{round}";
            var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(async i =>
                await Table.CheckAndMutateAsync(Absent(row), PutOf(row, $"{i}"))));
            Assert.Single(answers, won => won);
            Assert.Equal($"{Array.IndexOf(answers, true)}", await ValueAsync(row));
        }
    }

    [Fact]
    public async Task a_commit_writes_the_further_rows_with_the_conditional_one()
    {
        var commit = new ConditionalCommit(
            Absent("commit/1"), PutOf("commit/1", "1", 5), [PutOf("commit/2", "2", 5), PutOf("commit/3", "3", 5)]);
        Assert.True(await Table.CommitAsync(commit));
        Assert.Equal(["1", "2", "3"], await ScanAsync(Scan.Prefix(B("commit/"))));
    }

    [Fact]
    public async Task a_commit_whose_condition_fails_changes_no_row_of_the_region()
    {
        Needs(TableFeatures.AtomicCommits);
        await Table.MutateAsync(PutOf("conflict/1", "1", 5));
        var commit = new ConditionalCommit(
            Absent("conflict/1"), PutOf("conflict/1", "2", 6), [PutOf("conflict/2", "2", 6)]);
        Assert.False(await Table.CommitAsync(commit));
        Assert.Equal(["1"], await ScanAsync(Scan.Prefix(B("conflict/"))));
        Assert.Equal("1", await ValueAsync("conflict/1"));
    }

    [Fact]
    public async Task a_commit_may_write_rows_of_two_regions()
    {
        var commit = new ConditionalCommit(
            Absent("multi/commit"), PutOf("multi/commit", "1", 5), [PutOf("multi/z-commit", "2", 5)]);
        Assert.True(await Table.CommitAsync(commit));
        Assert.False(await Table.CommitAsync(commit));
        Assert.Equal("1", await ValueAsync("multi/commit"));
        Assert.Equal("2", await ValueAsync("multi/z-commit"));
    }

    [Fact]
    public async Task every_one_of_64_concurrent_commits_gets_a_true_answer()
    {
        Needs(TableFeatures.AtomicCommits);
        // Four contend for each row, so that a group of commits holds winners and losers.
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            var row = $"group/{i % 16:D2}";
            return await Table.CommitAsync(
                new(Absent(row), PutOf(row, $"{i}", 5), [PutOf($"group-history/{i:D2}", $"{i}", 5)]));
        }));

        for (var row = 0; row < 16; row++)
        {
            var winner = Assert.Single(Enumerable.Range(0, 64), i => i % 16 == row && answers[i]);
            Assert.Equal($"{winner}", await ValueAsync($"group/{row:D2}"));
        }

        var winners = Enumerable.Range(0, 64).Where(i => answers[i]).Select(i => $"{i:D2}");
        Assert.Equal(winners, await ScanAsync(Scan.Prefix(B("group-history/"))));
    }

    [Fact]
    public async Task concurrent_chains_of_commits_lose_no_step()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async chain =>
        {
            var row = $"chain/{chain:D2}";
            for (var step = 1; step <= 10; step++)
            {
                var condition = step == 1 ? Absent(row) : Equal(row, $"{step - 1}");
                Assert.True(await Table.CommitAsync(new(condition, PutOf(row, $"{step}", step), [])));
                Assert.False(await Table.CommitAsync(new(condition, PutOf(row, "stale", step + 1), [])));
            }

            Assert.Equal("10", await ValueAsync(row));
        }));
    }
}
