using System.Text;
using HBase.Client.Routing;
using TestKit;
using Xunit;

namespace HBase.Client.Tests.RealServer;

/// <summary>A client and a table of four regions: below "g", "n", "t" and above. Family s, with group commit.</summary>
public sealed class RealTable : IAsyncLifetime
{
    internal static readonly byte[] Family = "s"u8.ToArray();
    internal static readonly byte[] Tag = "e"u8.ToArray();

    private HBaseClient? _client;

    public string Name { get; } = $"client_{Guid.NewGuid():N}";

    public HBaseClient Client => _client!;

    public ITable Table => Client.GetTable(Name);

    public async ValueTask StartAsync()
    {
        if (_client is not null) return;
        _client = new HBaseClient(new HBaseClientOptions { Masters = RealHBase.Masters() });
        await _client.CreateTableAsync(Descriptor(Name) with { SplitKeys = [B("g"), B("n"), B("t")], GroupCommit = true });
    }

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        if (_client is null) return;
        await _client.DeleteTableAsync(Name);
        await _client.DisposeAsync();
    }

    internal static TableDescriptor Descriptor(string name) => new(name, [new FamilyDescriptor("s")]);

    internal static byte[] B(string text) => Encoding.UTF8.GetBytes(text);

    internal static Put PutOf(string row, int value, long timestamp = Mutation.LatestTimestamp) =>
        new Put(B(row)).Add(Family, Tag, B($"{value}"), timestamp);

    /// <summary>Holds when the row's value is that; 0 = no row.</summary>
    internal static Condition If(string row, int value) => new(B(row), Family, Tag, value == 0 ? default : B($"{value}"));

    internal static ConditionalCommit Commit(string row, int from, int to, params Put[] further) =>
        new(If(row, from), PutOf(row, to, to), further);

    internal static async Task<int> ValueAsync(ITable table, string row) =>
        (await table.GetAsync(new Get(B(row))))?.Value(Family, Tag) is { } value ? int.Parse(Encoding.UTF8.GetString(value.Span)) : 0;

    /// <summary>A client whose connections to the server of the first region (rows below "g") go through the proxy.</summary>
    internal async Task<(HBaseClient Client, TcpProxy Proxy)> ProxiedAsync(Action<HBaseClientOptions>? configure = null)
    {
        var region = await Client.LocateAsync(Name, B("a"));
        var proxy = new TcpProxy(region.Server.Host, region.Server.Port);
        proxy.Start();
        var options = new HBaseClientOptions
        {
            Masters = RealHBase.Masters(),
            AddressMap = new Dictionary<string, string> { [region.Server.ToString()] = $"localhost:{proxy.Port}" },
        };
        configure?.Invoke(options);
        var client = new HBaseClient(options);
        // All regions are known before anything goes wrong: a lookup brings those before the row.
        await client.GetTable(Name).GetAsync(new Get(B("z")));
        return (client, proxy);
    }

    internal async Task<Region> RegionAsync(string row) => await Client.LocateAsync(Name, B(row));
}
