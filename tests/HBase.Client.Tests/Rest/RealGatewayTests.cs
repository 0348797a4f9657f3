using System.Text;
using HBase.Client.Rest;
using HBase.Client.Tests.Security;
using TestKit;
using Xunit;

namespace HBase.Client.Tests.Rest;

/// <summary>A real gateway, reached in two ways so that one of them can be lost, and one with TLS.</summary>
public sealed class RealGatewayTests
{
    private static readonly byte[] _f = "f"u8.ToArray();

    [Fact]
    public async Task A_scan_goes_on_when_its_gateway_is_lost()
    {
        var address = new Uri(RestTableContractTests.Options().Gateways[0]);
        await using var first = new TcpProxy(address.Host, address.Port);
        await using var second = new TcpProxy(address.Host, address.Port);
        first.Start();
        second.Start();
        var options = RestTableContractTests.Options();
        options.Gateways = [$"http://127.0.0.1:{first.Port}", $"http://127.0.0.1:{second.Port}"];
        await using var client = new HBaseRestClient(options);
        await WithTableAsync(client, async table =>
        {
            await table.MutateAsync([.. Enumerable.Range(0, 100).Select(i => (Mutation)Put(Key(i)))]);
            var keys = new List<string>();
            await foreach (var row in table.ScanAsync(new Scan { Caching = 7 }))
            {
                keys.Add(Encoding.ASCII.GetString(row.Key.Span));
                // It has begun with one of them: first that is lost, then the other one comes back and this one goes.
                if (keys.Count == 20) await first.RefuseAsync();
                if (keys.Count != 60) continue;
                first.Start();
                await second.RefuseAsync();
            }

            Assert.Equal(Enumerable.Range(0, 100).Select(i => Encoding.ASCII.GetString(Key(i))), keys);
        });
    }

    [Fact]
    public async Task Keys_of_every_byte_are_deleted_by_row_and_by_family()
    {
        await using var client = new HBaseRestClient(RestTableContractTests.Options());
        await WithTableAsync(client, async table =>
        {
            var keys = Enumerable.Range(0, 256).Select(i => new[] { (byte)i, (byte)'/', (byte)(255 - i) }).ToList();
            Assert.All(await table.MutateAsync([.. keys.Select(k => (Mutation)Put(k))]), Assert.Null);
            var deletes = keys.Select((k, i) => (Mutation)(i % 2 == 0 ? new Delete(k) : new Delete(k).Add(new(_f))));
            Assert.All(await table.MutateAsync([.. deletes]), Assert.Null);
            Assert.All(await table.GetAsync([.. keys.Select(k => new Get(k))]), Assert.Null);
        });
    }

    [Fact]
    public async Task Columns_are_deleted_of_keys_that_have_an_address()
    {
        await using var client = new HBaseRestClient(RestTableContractTests.Options());
        await WithTableAsync(client, async table =>
        {
            foreach (var key in new[] { "a b", "a/b", "100%", "a+b", "ä:ü", "..a", "q?x=1&y=2#z", "\"'<>" })
            {
                var row = Encoding.UTF8.GetBytes(key);
                await table.MutateAsync(new Put(row).Add(_f, row, "1"u8.ToArray()).Add(_f, "other"u8.ToArray(), "2"u8.ToArray()));
                await table.MutateAsync(new Delete(row).Add(new(_f, row)));
                var cells = (await table.GetAsync(new Get(row)))!.Cells;
                Assert.Equal("other", Encoding.UTF8.GetString(Assert.Single(cells).Qualifier.Span));
            }
        });
    }

    [Fact]
    public async Task Rows_written_natively_are_read_and_the_reverse()
    {
        await using var client = new HBaseRestClient(RestTableContractTests.Options());
        await using var native = new HBaseClient(new HBaseClientOptions { Masters = RealHBase.Masters() });
        await WithTableAsync(client, async table =>
        {
            var direct = native.GetTable(table.Name);
            await direct.MutateAsync(Put([0, 255]));
            await table.MutateAsync(Put([255, 0]));
            Assert.NotNull(await table.GetAsync(new Get(new byte[] { 0, 255 })));
            Assert.NotNull(await direct.GetAsync(new Get(new byte[] { 255, 0 })));
        });
    }

    [Fact]
    public async Task A_gateway_with_tls_is_used_and_one_that_is_not_trusted_refused()
    {
        var options = new HBaseRestOptions
        {
            Gateways = [RealHBase.Named("HBASE_TLS_REST", "address of a REST gateway with TLS")],
            Tls = new HBaseTlsOptions { CaFile = SecureCluster.Certificate("ca.pem") },
        };
        await using var client = new HBaseRestClient(options);
        await WithTableAsync(client, async table =>
        {
            await table.MutateAsync(Put(Key(1)));
            Assert.NotNull(await table.GetAsync(new Get(Key(1))));
        });

        options.Tls = null;
        await using var untrusting = new HBaseRestClient(options);
        var error = await Assert.ThrowsAsync<HBaseSecurityException>(async () => await untrusting.TableExistsAsync("t"));
        Assert.Contains("Tls.CaFile", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_behind_the_longest_ones_is_found()
    {
        Assert.Equal([1, 0], RestScan.After([1]));
        var longest = Enumerable.Repeat((byte)0xFF, short.MaxValue).ToArray();
        Assert.Empty(RestScan.After(longest));
        longest[1] = 7;
        Assert.Equal([0xFF, 8], RestScan.After(longest));
    }

    private static byte[] Key(int i) => Encoding.ASCII.GetBytes($"k{i:D3}");

    private static Put Put(byte[] row) => new Put(row).Add(_f, "q"u8.ToArray(), row);

    private static async Task WithTableAsync(HBaseRestClient client, Func<ITable, Task> use)
    {
        var name = $"rest_{Guid.NewGuid():N}";
        await client.CreateTableAsync(new TableDescriptor(name, [new FamilyDescriptor("f")]));
        try
        {
            await use(client.GetTable(name));
        }
        finally
        {
            await client.DeleteTableAsync(name);
        }
    }
}
