using HBase.Client.Tests.RealServer;
using Xunit;

namespace HBase.Client.Tests.Rest;

/// <summary>What is written through a gateway HBase's own client and the native one read, and the reverse.</summary>
public sealed class RestInteroperationTests(RealTable real) : IClassFixture<RealTable>, IAsyncLifetime
{
    private readonly string _name = $"rest_interop_{Guid.NewGuid():N}";
    private HBaseRestClient _rest = null!;

    private ITable Table => _rest.GetTable(_name);

    private ITable Native => real.Client.GetTable(_name);

    public async ValueTask InitializeAsync()
    {
        _rest = new HBaseRestClient(RestTableContractTests.Options());
        await real.StartAsync();
        await real.Client.CreateTableAsync(RealTable.Descriptor(_name));
    }

    public async ValueTask DisposeAsync()
    {
        if (real.Client is null) return; // the test was skipped
        await real.Client.DeleteTableAsync(_name);
        await _rest.DisposeAsync();
    }

    [Fact]
    public async Task Java_and_the_native_client_read_every_byte_that_a_gateway_has_written()
    {
        await EveryByte.WriteAsync(Table);
        await EveryByte.ReadAsync(Table);
        await EveryByte.ReadAsync(Native);
        await EveryByte.ReadByJavaAsync(_name);
    }

    [Fact]
    public async Task A_gateway_brings_what_java_has_written()
    {
        byte[] row = [0, .. EveryByte.All];
        await JavaClient.PutAsync(_name, row, "s", EveryByte.All, EveryByte.All, 5);
        await EveryByte.CheckAsync(Table, row, EveryByte.All, EveryByte.All, 5);
    }

    [Fact]
    public Task A_cell_of_ten_megabytes_comes_back_as_it_was() => EveryByte.WriteLargeAsync(Table, Native, "large");
}
