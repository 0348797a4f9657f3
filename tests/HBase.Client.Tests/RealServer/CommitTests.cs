using HBase.Client.Routing;
using Xunit;
using static HBase.Client.Tests.RealServer.RealTable;

namespace HBase.Client.Tests.RealServer;

public sealed class CommitTests(RealTable real) : IClassFixture<RealTable>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => real.StartAsync();

    public ValueTask DisposeAsync() => default;

    [Theory]
    [InlineData("a", 1, 0)]
    [InlineData("b", 40, 3)]
    [InlineData("c", 700, 1)]
    [InlineData("d", 300, 300)]
    public async Task Every_commit_of_a_group_gets_its_own_answer(string prefix, int count, int stale)
    {
        var stale0 = Enumerable.Range(0, stale).Select(i => i * count / Math.Max(stale, 1)).ToHashSet();
        await Task.WhenAll(stale0.Select(i => real.Table.MutateAsync(PutOf($"{prefix}{i}", 7, 7)).AsTask()));
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(i => real.Table.CommitAsync(
            Commit($"{prefix}{i}", 0, 8, PutOf($"{prefix}{i}/history", 8, 8))).AsTask()));
        for (var i = 0; i < count; i++)
        {
            var expected = !stale0.Contains(i);
            Assert.Equal(expected, answers[i]);
            Assert.Equal(expected ? 8 : 7, await ValueAsync(real.Table, $"{prefix}{i}"));
            Assert.Equal(expected ? 8 : 0, await ValueAsync(real.Table, $"{prefix}{i}/history"));
        }
    }

    [Fact]
    public async Task Of_two_commits_to_a_row_at_once_one_wins()
    {
        for (var round = 0; round < 50; round++)
        {
            var row = $"race{round}";
            var answers = await Task.WhenAll(
                real.Table.CommitAsync(Commit(row, 0, 1)).AsTask(), real.Table.CommitAsync(Commit(row, 0, 2)).AsTask());
            Assert.Equal([false, true], answers.Order());
            Assert.Equal(answers[0] ? 1 : 2, await ValueAsync(real.Table, row));
        }
    }

    [Fact]
    public async Task A_commit_stamped_by_the_server_is_seen_on_a_row_ahead_of_the_servers_clock()
    {
        const long ahead = 32_000_000_000_000;
        await real.Table.MutateAsync(PutOf("ahead", 1, ahead));
        var other = Task.WhenAll(Enumerable.Range(0, 100).Select(i => real.Table.CommitAsync(Commit($"ah{i}", 0, 1)).AsTask()));
        Assert.True(await real.Table.CommitAsync(new(If("ahead", 1), PutOf("ahead", 2), [])));
        Assert.Equal(2, await ValueAsync(real.Table, "ahead"));
        Assert.True(await real.Table.CommitAsync(new(If("ahead", 2), PutOf("ahead", 3), [PutOf("ahead/h", 3)])));
        Assert.Equal(3, await ValueAsync(real.Table, "ahead"));
        Assert.Equal(3, await ValueAsync(real.Table, "ahead/h"));
        Assert.True(await real.Table.CommitAsync(new(If("ahead", 3), PutOf("ahead", 4, ahead + 1), [PutOf("ahead/h", 4)])));
        Assert.Equal(4, await ValueAsync(real.Table, "ahead"));
        Assert.DoesNotContain(false, await other);
    }

    [Fact]
    public async Task Commits_may_delete()
    {
        await real.Table.MutateAsync([.. Enumerable.Range(0, 20).Select(i => PutOf($"gone{i}", 1, 1))]);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => real.Table.CommitAsync(
            new(If($"gone{i}", 1 + (i % 2)), new Delete(B($"gone{i}")), [])).AsTask()));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(i % 2 == 0, answers[i]);
            Assert.Equal(i % 2, await ValueAsync(real.Table, $"gone{i}"));
        }
    }

    [Fact]
    public async Task One_refused_commit_does_not_fail_the_others_of_its_group()
    {
        var bad = new Put(B("bad")).Add(B("nofamily"), Tag, B("1"), 1);
        var refused = real.Table.CommitAsync(new(If("bad", 0), bad, [])).AsTask();
        var others = Enumerable.Range(0, 200).Select(i => real.Table.CommitAsync(Commit($"ba{i}", 0, 1)).AsTask()).ToList();
        others.Insert(100, refused);
        for (var i = 0; i < 50; i++)
            others.Add(real.Table.CommitAsync(new(If($"bad{i}", 0), new Put(B($"bad{i}")).Add(B("nofamily"), Tag, B("1"), 1), [])).AsTask());
        await Task.WhenAll(others).ContinueWith(_ => { }, TaskScheduler.Default);
        var exception = await Assert.ThrowsAsync<HBaseRefusedException>(() => refused);
        Assert.EndsWith("NoSuchColumnFamilyException", exception.ServerException);
        Assert.Equal(real.Name, exception.Table);
        Assert.Equal(200, others.Count(t => t.IsCompletedSuccessfully));
        Assert.Equal(51, others.Count(t => t.IsFaulted));
    }

    [Fact]
    public async Task Rows_of_two_regions_are_written_one_after_the_other()
    {
        Assert.True(await real.Table.CommitAsync(Commit("f", 0, 1, PutOf("z", 1, 1))));
        Assert.Equal(1, await ValueAsync(real.Table, "z"));
        Assert.False(await real.Table.CommitAsync(Commit("f", 0, 2, PutOf("z", 2, 2))));
        Assert.Equal(1, await ValueAsync(real.Table, "f"));
    }

    [Fact]
    public async Task A_table_without_the_endpoint_takes_commits_too()
    {
        var name = $"plain_{Guid.NewGuid():N}";
        await real.Client.CreateTableAsync(Descriptor(name));
        try
        {
            var table = real.Client.GetTable(name);
            var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(i =>
                table.CommitAsync(Commit($"{i % 200}", 0, 1 + (i / 200), PutOf($"h{i}", 1, 1))).AsTask()));
            Assert.Equal(200, answers.Count(a => a));
            Assert.Equal(1, await ValueAsync(table, "h7"));
        }
        finally
        {
            await real.Client.DeleteTableAsync(name);
        }
    }

    [Fact]
    public async Task A_cell_that_is_too_large_fails_alone()
    {
        var mutations = Enumerable.Range(0, 20).Select(i => (Mutation)PutOf($"large{i}", 1)).ToList();
        mutations.Insert(10, new Put(B("large")).Add(Family, Tag, new byte[11 * 1024 * 1024]));
        var errors = await real.Table.MutateAsync(mutations);
        Assert.IsType<HBaseRefusedException>(errors[10]);
        Assert.Equal(20, errors.Count(e => e is null));
    }

    [Fact]
    public async Task A_region_cached_at_a_wrong_place_is_found_again()
    {
        var region = await real.RegionAsync("q");
        Assert.True(region.Contains("q"u8));
        var cache = real.Client.RegionsOf(real.Name);
        cache.Move(region, new ServerAddress("localhost", 1));
        await real.Table.MutateAsync(PutOf("q", 1));
        Assert.True(await real.Table.CommitAsync(Commit("qq", 0, 1)));
        // A region that was split long ago: the server says NotServingRegion.
        cache.Remove(await real.RegionAsync("q"));
        cache.Add(new Region(B($"{real.Name},n,1.0123456789abcdef0123456789abcdef."), B("n"), B("t"), 1, region.Server));
        Assert.True(await real.Table.CommitAsync(Commit("qq", 1, 2)));
        Assert.Equal(2, await ValueAsync(real.Table, "qq"));
    }
}
