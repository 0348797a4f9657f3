using HBase.Client;
using Xunit;

namespace Contracts;

public abstract partial class TableContract
{
    [Fact]
    public async Task a_missing_table_is_reported_by_every_operation()
    {
        var missing = HBase.GetTable($"missing_{Guid.NewGuid():N}");
        Assert.False(await HBase.TableExistsAsync(missing.Name));
        await NotFound(async () => await missing.GetAsync(new Get(B("r"))));
        await NotFound(async () => await missing.GetAsync([new Get(B("r"))]));
        await NotFound(async () => await missing.MutateAsync(PutOf("r", "1")));
        if (await HasAsync(TableFeatures.Updates, async () => await missing.UpdateAsync(new Increment(B("r")).Add(F, Q))))
            await NotFound(async () => await missing.UpdateAsync(new Increment(B("r")).Add(F, Q)));
        await NotFound(async () => await missing.CheckAndMutateAsync(Absent("r"), PutOf("r", "1")));
        await NotFound(async () => await missing.CommitAsync(new(Absent("r"), PutOf("r", "1"), [])));
        await NotFound(async () => await HBase.DeleteTableAsync(missing.Name));
        await NotFound(async () =>
        {
            await foreach (var row in missing.ScanAsync(new Scan())) Assert.Fail("A row of a missing table.");
        });

        static Task NotFound(Func<Task> call) => Assert.ThrowsAsync<HBaseTableNotFoundException>(call);
    }

    [Fact]
    public async Task a_table_is_made_once_and_gone_with_its_data_when_deleted()
    {
        var name = $"contract_life_{Guid.NewGuid():N}";
        var descriptor = new TableDescriptor(name, [new FamilyDescriptor("f")]);
        var table = HBase.GetTable(name);
        Assert.Equal(name, table.Name);

        await HBase.CreateTableAsync(descriptor);
        Assert.True(await HBase.TableExistsAsync(name));
        await Assert.ThrowsAsync<HBaseTableExistsException>(async () => await HBase.CreateTableAsync(descriptor));
        await table.MutateAsync(PutOf("r", "1"));
        await table.MutateAsync(new Delete(B("d")).Add(new(F), 10));

        await HBase.DeleteTableAsync(name);
        Assert.False(await HBase.TableExistsAsync(name));
        await Assert.ThrowsAsync<HBaseTableNotFoundException>(async () => await table.GetAsync(new Get(B("r"))));

        await HBase.CreateTableAsync(descriptor);
        Assert.Null(await table.GetAsync(new Get(B("r"))));
        await table.MutateAsync(PutOf("d", "not masked", 5));
        Assert.Equal("not masked", S((await table.GetAsync(new Get(B("d"))))?.Value(F, Q)));
        await HBase.DeleteTableAsync(name);
    }
}
