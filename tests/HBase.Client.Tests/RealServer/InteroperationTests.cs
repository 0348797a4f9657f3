using TestKit;
using Xunit;
using static HBase.Client.Tests.RealServer.RealTable;

namespace HBase.Client.Tests.RealServer;

/// <summary>What this client writes HBase's own client reads, and the reverse.</summary>
public sealed class InteroperationTests(RealTable real) : IClassFixture<RealTable>, IAsyncLifetime
{
    private readonly string _name = $"interop_{Guid.NewGuid():N}";

    private ITable Table => real.Client.GetTable(_name);

    public async ValueTask InitializeAsync()
    {
        await real.StartAsync();
        await real.Client.CreateTableAsync(Descriptor(_name));
    }

    // Not there when the test was skipped.
    public ValueTask DisposeAsync() => real.Client?.DeleteTableAsync(_name) ?? default;

    [Fact]
    public async Task Java_reads_every_byte_that_was_written_here()
    {
        await EveryByte.WriteAsync(Table);
        await EveryByte.ReadAsync(Table);
        await EveryByte.ReadByJavaAsync(_name);
    }

    [Fact]
    public async Task What_java_has_written_is_read_here_and_gone_on_from()
    {
        byte[] row = [0, .. EveryByte.All, 255], value = [.. EveryByte.All.Reverse()];
        await JavaClient.PutAsync(_name, row, "s", EveryByte.All, value, 5);
        await JavaClient.PutAsync(_name, B("plain"), "s", [], [], 6);
        await EveryByte.CheckAsync(Table, row, EveryByte.All, value, 5);
        await EveryByte.CheckAsync(Table, B("plain"), [], [], 6);
        Assert.True(await Table.CommitAsync(new(
            new Condition(row, Family, EveryByte.All, value), new Put(row).Add(Family, EveryByte.All, B("next"), 6), [])));
        Assert.Contains(JavaClient.Line(row, "s", EveryByte.All, 6, B("next")), await JavaClient.ScanAsync(_name));
    }

    [Fact]
    public async Task A_cell_of_ten_megabytes_comes_back_as_it_was()
    {
        await using var other = new HBaseClient(new HBaseClientOptions { Masters = RealHBase.Masters(), MaxBatchBytes = 1 << 16 });
        await EveryByte.WriteLargeAsync(Table, other.GetTable(_name), "large");
    }
}
