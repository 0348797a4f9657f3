using HBase.Client;
using Xunit;

namespace Contracts;

public abstract partial class TableContract
{
    [Fact]
    public async Task a_batch_of_any_operations_answers_for_each()
    {
        await Table.MutateAsync([PutOf("mixed/get", "1"), PutOf("mixed/gone", "1"), PutOf("mixed/text", "no number")]);
        List<IRowOperation> operations =
        [
            new Get(B("mixed/get")), new Get(B("mixed/none")), PutOf("mixed/put", "2"), new Delete(B("mixed/gone")),
            new Increment(B("mixed/count")).Add(F, Q, 7), new Append(B("mixed/append")).Add(F, Q, B("ab")),
            new RowMutations(B("mixed/rows")).Add(PutOf("mixed/rows", "3")).Add(new Put(B("mixed/rows")).Add(G, Q, B("4"))),
            new Get(B("mixed/get")) { Columns = [new(B("nofamily"))] }, new Put(B("mixed/bad")).Add(B("nofamily"), Q, B("1")),
            new Increment(B("mixed/text")).Add(F, Q), new Increment(B("multi/z-count")).Add(F, Q, 8),
            new ConditionalCommit(Absent("mixed/new"), PutOf("mixed/new", "5", 1), [PutOf("mixed/new-further", "6", 1)]),
            new ConditionalCommit(Absent("mixed/text"), PutOf("mixed/text", "7", 1), [PutOf("mixed/text-further", "8", 1)]),
            new ConditionalCommit(Absent("mixed/bad"), new Put(B("mixed/bad")).Add(B("nofamily"), Q, B("1"), 1), []),
        ];
        if (!await HasAsync(TableFeatures.Batches, async () => await Table.BatchAsync(operations))) return;

        var results = await Table.BatchAsync(operations);
        Assert.Equal(
            [null, null, null, null, null, null, null, "refused", "refused", "refused", null, null, null, "refused"],
            results.Select(r => r.Error is null ? null : r.Error is HBaseRefusedException ? "refused" : r.Error.Message));
        Assert.Equal("1", S(results[0].Row?.Value(F, Q)));
        Assert.Equal(["f:q=7"], Numbers(results[4].Row));
        Assert.Equal("ab", S(results[5].Row?.Value(F, Q)));
        Assert.Equal(["f:q=8"], Numbers(results[10].Row));
        foreach (var i in (int[])[1, 2, 3, 6, 7, 8, 9, 11, 12, 13]) Assert.Null(results[i].Row);
        Assert.Equal([12], Enumerable.Range(0, results.Count).Where(i => results[i].ConditionFailed));
        Assert.Equal(
            ["append", "count", "get", "new", "new-further", "put", "rows", "text"], await ScanAsync(Scan.Prefix(B("mixed/"))));
        Assert.Empty(await Table.BatchAsync([]));
    }

    [Fact]
    public async Task of_a_batchs_commits_of_one_row_one_finds_it_absent()
    {
        var commits = Enumerable.Range(0, 300)
            .Select(i => new ConditionalCommit(
                Absent($"batch-commits/{i % 100:D2}"), PutOf($"batch-commits/{i % 100:D2}", $"{i}", i + 1), []))
            .ToList();
        if (!await HasAsync(TableFeatures.Batches, async () => await Table.BatchAsync(commits))) return;
        var results = await Table.BatchAsync(commits);
        Assert.All(results, r => Assert.Null(r.Error));
        var done = Enumerable.Range(0, 300).Where(i => !results[i].ConditionFailed).OrderBy(i => i % 100).ToList();
        Assert.Equal(Enumerable.Range(0, 100), done.Select(i => i % 100));
        var rows = await Table.GetAsync([.. commits.Take(100).Select(c => new Get(c.Row))]);
        Assert.Equal(done.Select(i => $"{i}"), rows.Select(r => S(r?.Value(F, Q))));
    }

    [Fact]
    public async Task a_buffered_writer_writes_all_and_reports_what_fails()
    {
        var failed = new List<string>();
        var bad = 0;
        await using (var writer = new BufferedWriter(Table, (m, e) => failed.Add($"{S(m.Row)} {e.GetType().Name}"), 2000))
        {
            for (var i = 0; i < 500; i++)
            {
                await writer.AddAsync(PutOf($"buffered/{i:D3}", $"{i}"));
                if (i % 100 == 0) await writer.AddAsync(new Put(B($"buffered/bad{bad++}")).Add(B("nofamily"), Q, B("1")));
            }

            await writer.FlushAsync();
            Assert.Equal(500, (await ScanAsync(Scan.Prefix(B("buffered/")))).Count);
            await writer.AddAsync(PutOf("buffered/last", "1"));
        }

        Assert.Equal("1", await ValueAsync("buffered/last"));
        Assert.Equal(Enumerable.Range(0, bad).Select(i => $"buffered/bad{i} {nameof(HBaseRefusedException)}"), failed.Order());
    }

    [Fact]
    public async Task a_large_batch_of_any_operations_loses_none()
    {
        var operations = Enumerable.Range(0, 3000).Select(i => (i % 3) switch
        {
            0 => (IRowOperation)new Increment(B($"mixed-many/{i % 30:D2}")).Add(F, Q),
            1 => PutOf($"mixed-many/{i}", $"{i}"),
            _ => new Get(B($"mixed-many/{i}")),
        }).ToList();
        if (!await HasAsync(TableFeatures.Batches, async () => await Table.BatchAsync(operations))) return;
        Assert.All(await Table.BatchAsync(operations), r => Assert.Null(r.Error));
        for (var i = 0; i < 30; i += 3)
            Assert.Equal(["f:q=100"], Numbers(await Table.GetAsync(new Get(B($"mixed-many/{i:D2}")))));
        Assert.Equal(1010, (await ScanAsync(Scan.Prefix(B("mixed-many/")))).Count);
    }
}
