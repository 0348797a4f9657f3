using Contracts;
using TestKit;
using Xunit;

namespace HBase.Client.Tests.RealServer;

/// <summary>The whole contract with compressed cells: what the server decompresses and what it compresses is right.</summary>
public sealed class SnappyTableContractTests(SnappyTableContractTests.Fixture fixture)
    : TableContract(fixture), IClassFixture<SnappyTableContractTests.Fixture>
{
    public sealed class Fixture : TableFixture
    {
        protected override ValueTask<IHBase> OpenAsync() => new(new HBaseClient(
            new HBaseClientOptions { Masters = RealHBase.Masters(), Compression = HBaseCompression.Snappy }));
    }
}

public sealed class GzipTableContractTests(GzipTableContractTests.Fixture fixture)
    : TableContract(fixture), IClassFixture<GzipTableContractTests.Fixture>
{
    public sealed class Fixture : TableFixture
    {
        protected override ValueTask<IHBase> OpenAsync() => new(new HBaseClient(
            new HBaseClientOptions { Masters = RealHBase.Masters(), Compression = HBaseCompression.Gzip }));
    }
}

public sealed class CompressionTests(RealTable real) : IClassFixture<RealTable>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => real.StartAsync();

    public ValueTask DisposeAsync() => default;

    [Theory]
    [InlineData(HBaseCompression.None, 2_000_000, 3_000_000)]
    [InlineData(HBaseCompression.Snappy, 1, 300_000)]
    [InlineData(HBaseCompression.Gzip, 1, 100_000)]
    public async Task A_compressible_megabyte_takes_as_many_bytes_on_the_wire(HBaseCompression compression, long least, long most)
    {
        var region = await real.RegionAsync("a");
        long passed = 0;
        await using var tap = new TcpProxy(region.Server.Host, region.Server.Port)
        {
            Tap = bytes => Interlocked.Add(ref passed, bytes.Length),
        };
        tap.Start();
        await using var client = new HBaseClient(new HBaseClientOptions
        {
            Masters = RealHBase.Masters(),
            Compression = compression,
            AddressMap = new Dictionary<string, string> { [region.Server.ToString()] = $"localhost:{tap.Port}" },
        });
        var table = client.GetTable(real.Name);
        var row = RealTable.B($"a-compressed-{compression}");
        await table.MutateAsync(new Put(row).Add(RealTable.Family, RealTable.Tag, new byte[1 << 20]));
        var back = await table.GetAsync(new Get(row));
        Assert.Equal(1 << 20, back!.Value(RealTable.Family, RealTable.Tag)!.Value.Length);
        Assert.InRange(Interlocked.Read(ref passed), least, most);
    }
}
