using TestKit;
using Xunit;
using static HBase.Client.Tests.RealServer.RealTable;

namespace HBase.Client.Tests.RealServer;

public sealed class AdminTests : IAsyncLifetime
{
    private readonly string _name = $"admin_{Guid.NewGuid():N}";
    private HBaseClient _client = null!;

    private IHBaseAdmin Admin => _client.Admin;

    public ValueTask InitializeAsync()
    {
        _client = new HBaseClient(new HBaseClientOptions { Masters = RealHBase.Masters() });
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is null) return;
        if (await _client.TableExistsAsync(_name)) await _client.DeleteTableAsync(_name);
        await _client.DisposeAsync();
    }

    [Fact]
    public async Task A_namespace_is_made_listed_and_deleted()
    {
        var space = $"ns_{Guid.NewGuid():N}";
        await Admin.CreateNamespaceAsync(space, new Dictionary<string, string> { ["hbase.namespace.quota.maxtables"] = "3" });
        Assert.Contains(space, await Admin.ListNamespacesAsync());
        Assert.Contains("hbase", await Admin.ListNamespacesAsync());
        var again = await Assert.ThrowsAsync<HBaseRefusedException>(() => Admin.CreateNamespaceAsync(space).AsTask());
        Assert.EndsWith("NamespaceExistException", again.ServerException);

        await Admin.CreateTableAsync(Descriptor($"{space}:t"));
        Assert.Equal([$"{space}:t"], await Admin.ListTablesAsync(space));
        Assert.Single(await Admin.ListRegionsAsync($"{space}:t"));
        await Assert.ThrowsAsync<HBaseRefusedException>(() => Admin.DeleteNamespaceAsync(space).AsTask());
        await Admin.DeleteTableAsync($"{space}:t");
        await Admin.DeleteNamespaceAsync(space);
        Assert.DoesNotContain(space, await Admin.ListNamespacesAsync());
    }

    [Fact]
    public async Task A_table_is_described_as_it_was_made_and_as_it_was_modified()
    {
        var family = new FamilyDescriptor("s")
        {
            MaxVersions = 5,
            Attributes = new Dictionary<string, string> { ["TTL"] = "86400", ["DATA_BLOCK_ENCODING"] = "FAST_DIFF" },
            Configuration = new Dictionary<string, string> { ["hbase.hstore.compactionThreshold"] = "7" },
        };
        await Admin.CreateTableAsync(new TableDescriptor(_name, [family])
        {
            GroupCommit = true,
            KeyPrefixLength = 2,
            Attributes = new Dictionary<string, string> { ["MAX_FILESIZE"] = "1073741824" },
        });
        Assert.Contains(_name, await Admin.ListTablesAsync());
        Assert.DoesNotContain("hbase:meta", await Admin.ListTablesAsync());
        var made = await Admin.DescribeTableAsync(_name);
        Assert.True(made.GroupCommit);
        Assert.Equal(2, made.KeyPrefixLength);
        Assert.Equal("1073741824", made.Attributes["MAX_FILESIZE"]);
        var described = Assert.Single(made.Families);
        Assert.Equal(5, described.MaxVersions);
        Assert.Equal("86400", described.Attributes["TTL"]);
        Assert.Equal("FAST_DIFF", described.Attributes["DATA_BLOCK_ENCODING"]);
        Assert.Equal("7", described.Configuration["hbase.hstore.compactionThreshold"]);

        var table = _client.GetTable(_name);
        await table.MutateAsync(PutOf("kept", 1));
        var changed = new Dictionary<string, string>(described.Attributes) { ["TTL"] = "3600" };
        await Admin.ModifyTableAsync(made with
        {
            Families = [described with { Attributes = changed }, new FamilyDescriptor("added")],
        });
        var modified = await Admin.DescribeTableAsync(_name);
        Assert.Equal(["added", "s"], modified.Families.Select(f => f.Name).Order());
        var kept = modified.Families.Single(f => f.Name == "s");
        Assert.Equal(("3600", "FAST_DIFF", 5), (kept.Attributes["TTL"], kept.Attributes["DATA_BLOCK_ENCODING"], kept.MaxVersions));
        Assert.Equal("7", kept.Configuration["hbase.hstore.compactionThreshold"]);
        Assert.True(modified.GroupCommit);
        Assert.Equivalent(made.Attributes, modified.Attributes, strict: true);
        Assert.Equal(1, await ValueAsync(table, "kept"));
        await table.MutateAsync(new Put(B("kept")).Add(B("added"), Tag, B("2")));
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task A_truncated_table_is_empty_and_enabled(bool preserveSplits, int regions)
    {
        await CreateAsync("g", "n");
        var table = _client.GetTable(_name);
        await table.MutateAsync(PutOf("a", 1));
        await Admin.TruncateTableAsync(_name, preserveSplits);
        Assert.True(await Admin.IsTableEnabledAsync(_name));
        Assert.Equal(0, await ValueAsync(table, "a"));
        Assert.Equal(regions, (await Admin.ListRegionsAsync(_name)).Count);
        await table.MutateAsync(PutOf("z", 1));
    }

    [Fact]
    public async Task A_disabled_table_refuses_operations_until_it_is_enabled()
    {
        await CreateAsync();
        var table = _client.GetTable(_name);
        await table.MutateAsync(PutOf("a", 1));
        Assert.True(await Admin.IsTableEnabledAsync(_name));
        await Admin.DisableTableAsync(_name);
        Assert.False(await Admin.IsTableEnabledAsync(_name));
        await Assert.ThrowsAsync<HBaseRefusedException>(() => table.GetAsync(new Get(B("a"))).AsTask());
        var again = await Assert.ThrowsAsync<HBaseRefusedException>(() => Admin.DisableTableAsync(_name).AsTask());
        Assert.EndsWith("TableNotEnabledException", again.ServerException);
        await Admin.EnableTableAsync(_name);
        Assert.Equal(1, await ValueAsync(table, "a"));
        await Assert.ThrowsAsync<HBaseTableExistsException>(() => Admin.CreateTableAsync(Descriptor(_name)).AsTask());
    }

    [Fact]
    public async Task Regions_are_listed_split_merged_and_moved_with_their_rows()
    {
        await CreateAsync("g");
        var table = _client.GetTable(_name);
        foreach (var row in (string[])["a", "d", "h", "x"]) await table.MutateAsync(PutOf(row, 1));
        await Admin.FlushTableAsync(_name);

        var regions = await Admin.ListRegionsAsync(_name);
        Assert.Equal(["", "g"], Starts(regions));
        Assert.Equal(["g", ""], regions.Select(r => Text(r.EndKey)));
        Assert.All(regions, r => Assert.Matches("^[0-9a-f]{32}$", r.EncodedName));

        await Admin.SplitRegionAsync(regions[1], B("m"));
        regions = await Admin.ListRegionsAsync(_name);
        Assert.Equal(["", "g", "m"], Starts(regions));
        await Admin.SplitRegionAsync(regions[0], B("c"));
        regions = await Admin.ListRegionsAsync(_name);
        Assert.Equal(["", "c", "g", "m"], Starts(regions));

        var servers = await Admin.ListServersAsync();
        Assert.NotEmpty(servers);
        Assert.All(regions, r => Assert.Contains(r.Server, servers));
        await Admin.MoveRegionAsync(regions[0], servers[^1]);
        await Admin.MoveRegionAsync(regions[0], servers[^1]);
        Assert.Equal(servers[^1], (await Admin.ListRegionsAsync(_name))[0].Server);
        foreach (var row in (string[])["a", "d", "h", "x"]) Assert.Equal(1, await ValueAsync(table, row));
    }

    [Fact]
    public async Task Neighbours_are_merged_and_others_refused()
    {
        await CreateAsync("g", "n", "t");
        var table = _client.GetTable(_name);
        foreach (var row in (string[])["a", "h", "o", "x"]) await table.MutateAsync(PutOf(row, 1));
        var regions = await Admin.ListRegionsAsync(_name);
        await Assert.ThrowsAsync<HBaseRefusedException>(() => Admin.MergeRegionsAsync([regions[0], regions[2]]).AsTask());
        await Admin.MergeRegionsAsync([regions[0], regions[1], regions[2]]);
        Assert.Equal(["", "t"], Starts(await Admin.ListRegionsAsync(_name)));
        foreach (var row in (string[])["a", "h", "o", "x"]) Assert.Equal(1, await ValueAsync(table, row));
    }

    [Fact]
    public async Task The_balancer_runs()
    {
        // It does not while a region is on its way, as those of the table dropped by the test before may be.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await Admin.BalanceAsync(limit.Token)) await Task.Delay(100, limit.Token);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await Assert.ThrowsAsync<HBaseTableNotFoundException>(() => Admin.DescribeTableAsync(_name).AsTask());
        await Assert.ThrowsAsync<HBaseTableNotFoundException>(() => Admin.ListRegionsAsync(_name).AsTask());
        await Assert.ThrowsAsync<HBaseTableNotFoundException>(() => Admin.EnableTableAsync(_name).AsTask());
        await Assert.ThrowsAsync<HBaseTableNotFoundException>(() => Admin.TruncateTableAsync(_name).AsTask());
        await Assert.ThrowsAsync<HBaseRefusedException>(() => Admin.ListTablesAsync(_name).AsTask());
    }

    [Fact]
    public async Task A_procedure_that_does_not_end_in_time_may_still_be_done()
    {
        var brief = Admin.WithTimeout(TimeSpan.FromTicks(1));
        var unknown = await Assert.ThrowsAsync<HBaseOutcomeUnknownException>(
            () => brief.CreateTableAsync(Descriptor(_name)).AsTask());
        Assert.Equal(_name, unknown.Table);
        // The same name again waits for the first one's lock, and finds the table.
        await Assert.ThrowsAsync<HBaseTableExistsException>(() => Admin.CreateTableAsync(Descriptor(_name)).AsTask());
    }

    [Fact]
    public async Task A_table_whose_creation_got_no_answer_is_made_once()
    {
        var master = RealHBase.Masters().Split(',')[0].Split(':');
        var asked = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        TcpProxy? proxy = null;
        await using var closing = proxy = new TcpProxy(master[0], int.Parse(master[1]))
        {
            Tap = bytes =>
            {
                if (bytes.Span.IndexOf("CreateTable"u8) >= 0 && !asked.Task.IsCompleted) asked.TrySetResult(proxy!.HoldAnswers());
            },
        };
        proxy.Start();
        await using var client = new HBaseClient(new HBaseClientOptions
        {
            Masters = RealHBase.Masters(),
            AddressMap = new Dictionary<string, string> { [$"{master[0]}:{master[1]}"] = $"localhost:{proxy.Port}" },
        });
        var creating = client.Admin.CreateTableAsync(Descriptor(_name)).AsTask();
        await await asked.Task;
        proxy.Cut();
        // Without the nonce the second request would find the table of the first.
        await creating;
        Assert.Single(await Admin.ListRegionsAsync(_name));
    }

    private static IEnumerable<string> Starts(IEnumerable<HBaseRegion> regions) => regions.Select(r => Text(r.StartKey));

    private static string Text(ReadOnlyMemory<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes.Span);

    private ValueTask CreateAsync(params string[] splits) =>
        Admin.CreateTableAsync(Descriptor(_name) with { SplitKeys = [.. splits.Select(s => (ReadOnlyMemory<byte>)B(s))] });
}
