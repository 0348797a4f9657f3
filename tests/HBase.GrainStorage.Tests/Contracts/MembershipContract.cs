using System.Net;
using HBase.GrainStorage.Clustering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;

namespace HBase.GrainStorage.Tests.Contracts;

/// <summary>What Orleans' membership protocol relies on in a membership table.</summary>
public abstract class MembershipContract(HBaseFixture hbase) : IAsyncLifetime
{
    private static readonly DateTime Start = new(2026, 9, 1, 12, 0, 0, DateTimeKind.Utc);
    private static int _generation;

    private readonly string _clusterId = "cluster/" + Guid.NewGuid();
    private ScriptedTable _table = null!;
    private HBaseMembershipTable _members = null!;

    public async ValueTask InitializeAsync()
    {
        hbase.Require();
        _table = new(hbase.HBase.GetTable(hbase.ClusterTableName));
        _members = Members(_clusterId);
        await _members.InitializeMembershipTableAsync(true);
    }

    public async ValueTask DisposeAsync()
    {
        if (_members is not null) await _members.DeleteMembershipTableEntriesAsync(_clusterId);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_new_cluster_has_version_0_and_no_member()
    {
        var data = await _members.ReadAllAsync();
        Assert.Empty(data.Members);
        Assert.Equal(0, data.Version.Version);
        Assert.NotNull(data.Version.VersionEtag);
        Assert.Empty((await _members.ReadRowAsync(Entry().SiloAddress)).Members);
    }

    [Fact]
    public async Task A_member_is_inserted_once_and_only_on_the_current_version()
    {
        var entry = Entry();
        var next = (await _members.ReadAllAsync()).Version.Next();
        Assert.True(await _members.InsertRowAsync(entry, next));
        Assert.False(await _members.InsertRowAsync(entry, next));
        Assert.False(await _members.InsertRowAsync(Entry(), next));

        var data = await _members.ReadAllAsync();
        Assert.Equal(1, data.Version.Version);
        Assert.NotEqual(next.VersionEtag, data.Version.VersionEtag);
        Assert.False(await _members.InsertRowAsync(entry, data.Version.Next()));
        Assert.False(await _members.InsertRowAsync(Entry(), data.Version)); // not a next one

        var row = await _members.ReadRowAsync(entry.SiloAddress);
        Assert.Equal(data.Version, row.Version);
        var member = Assert.Single(row.Members);
        Assert.NotNull(member.Item2);
        AssertSame(entry, member.Item1);
    }

    [Fact]
    public async Task A_member_is_updated_only_with_its_etag_and_the_current_version()
    {
        for (var i = 0; i < 5; i++)
        {
            var entry = Entry();
            entry.SuspectTimes =
                [Tuple.Create(Entry().SiloAddress, Start.AddSeconds(1)),
                 Tuple.Create(Entry().SiloAddress, Start.AddSeconds(2))];
            var old = (await _members.ReadAllAsync()).Version.Next();
            Assert.True(await _members.InsertRowAsync(entry, old));
            var data = await _members.ReadAllAsync();
            var etag = data.TryGet(entry.SiloAddress)!.Item2;

            Assert.False(await _members.UpdateRowAsync(entry, etag, old));
            Assert.False(await _members.UpdateRowAsync(entry, "other", data.Version.Next()));
            Assert.False(await _members.UpdateRowAsync(Entry(), etag, data.Version.Next()));
            entry.Status = SiloStatus.Active;
            Assert.True(await _members.UpdateRowAsync(entry, etag, data.Version.Next()));
            Assert.False(await _members.UpdateRowAsync(entry, etag, data.Version.Next()));

            var after = await _members.ReadAllAsync();
            Assert.Equal(data.Version.Version + 1, after.Version.Version);
            AssertSame(entry, after.TryGet(entry.SiloAddress)!.Item1);
            Assert.NotEqual(etag, after.TryGet(entry.SiloAddress)!.Item2);
            Assert.False(await _members.UpdateRowAsync(entry, etag, after.Version.Next()));
        }
    }

    [Fact]
    public async Task Concurrent_updates_all_get_through_one_at_a_time()
    {
        var entry = Entry();
        await InsertAsync(entry);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            while (true)
            {
                var data = await _members.ReadAllAsync();
                if (await _members.UpdateRowAsync(entry, data.TryGet(entry.SiloAddress)!.Item2, data.Version.Next()))
                    return;
            }
        }));
        var after = await _members.ReadAllAsync();
        Assert.Equal(6, after.Version.Version);
        Assert.Single(after.Members);
    }

    [Fact]
    public async Task I_am_alive_changes_the_time_and_nothing_else()
    {
        var entry = Entry();
        await InsertAsync(entry);
        var before = await _members.ReadAllAsync();
        var alive = Entry();
        alive.SiloAddress = entry.SiloAddress;
        alive.Status = SiloStatus.Dead; // not to be written
        alive.IAmAliveTime = Start.AddMinutes(5);
        await _members.UpdateIAmAliveAsync(alive);

        var after = await _members.ReadAllAsync();
        var member = Assert.Single(after.Members);
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(Start.AddMinutes(5), member.Item1.IAmAliveTime);
        Assert.Equal(entry.Status, member.Item1.Status);
        Assert.True(await _members.UpdateRowAsync(entry, before.Members[0].Item2, before.Version.Next()));
        Assert.Equal(Start.AddMinutes(5), (await _members.ReadAllAsync()).Members[0].Item1.IAmAliveTime);
    }

    [Fact]
    public async Task Cleaning_up_removes_the_long_dead_only()
    {
        var old = Start.AddDays(-10);
        var defunct = await InsertAsync(Entry(SiloStatus.Dead, old));
        await _members.UpdateIAmAliveAsync(defunct);
        var kept = new[]
        {
            await InsertAsync(Entry(SiloStatus.Active, old)), await InsertAsync(Entry(SiloStatus.Dead, Start)),
            await InsertAsync(Entry(SiloStatus.Active, Start)),
        };
        var before = await _members.ReadAllAsync();
        await _members.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(Start.AddDays(-3)));
        await _members.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(Start.AddDays(-3)));

        var after = await _members.ReadAllAsync();
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(
            kept.Select(entry => entry.SiloAddress).OrderBy(a => a.ToString()),
            after.Members.Select(member => member.Item1.SiloAddress).OrderBy(a => a.ToString()));

        await _members.UpdateIAmAliveAsync(defunct); // late: no member comes of it
        Assert.Equal(3, (await _members.ReadAllAsync()).Members.Count);
    }

    [Fact]
    public async Task A_deleted_cluster_starts_at_version_0_again_and_keeps_no_member()
    {
        var entry = await InsertAsync(Entry());
        await _members.UpdateIAmAliveAsync(entry);
        await _members.DeleteMembershipTableEntriesAsync(_clusterId);
        await _members.DeleteMembershipTableEntriesAsync(_clusterId);
        var data = await _members.ReadAllAsync();
        Assert.Empty(data.Members);
        Assert.Equal(0, data.Version.Version);
        await InsertAsync(entry);
        Assert.Equal(1, (await _members.ReadAllAsync()).Version.Version);
        Assert.Single((await _members.ReadAllAsync()).Members);
    }

    [Fact]
    public async Task Clusters_do_not_see_each_other()
    {
        await InsertAsync(Entry());
        Assert.Empty((await Members(_clusterId + "/x").ReadAllAsync()).Members);
        Assert.NotEqual(MembershipRow.Key("a/b", "c"), MembershipRow.Key("a", "b/c"));
    }

    [Fact]
    public async Task An_unknown_outcome_is_read_back()
    {
        var entry = Entry();
        _table.Faults.Enqueue(Fault.LostAfter);
        await InsertAsync(entry);

        _table.Faults.Enqueue(Fault.LostBefore);
        var data = await _members.ReadAllAsync();
        await Assert.ThrowsAsync<HBaseOutcomeUnknownException>(() =>
            _members.InsertRowAsync(Entry(), data.Version.Next()));

        _table.Faults.Enqueue(Fault.LostAfter);
        _table.Meanwhile = () => InsertAsync(Entry());
        Assert.True(await _members.UpdateRowAsync(entry, data.Members[0].Item2, data.Version.Next()));
        Assert.Equal(3, (await _members.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task Gateways_are_the_active_members_with_a_port()
    {
        var entries = Enumerable.Range(0, 5).Select(_ => Entry()).ToArray();
        entries[1].Status = SiloStatus.Active;
        entries[1].ProxyPort = 0;
        entries[2].Status = SiloStatus.Active;
        entries[4].Status = SiloStatus.Active;
        foreach (var entry in entries) await InsertAsync(entry);

        IGatewayListProvider provider =
            new HBaseGatewayListProvider(Row(_clusterId), Options.Create(new GatewayOptions()));
        await provider.InitializeGatewayListProviderAsync(default);
        var gateways = await provider.GetGatewaysAsync(default);
        Assert.Equal(
            new[] { entries[2], entries[4] }.Select(entry =>
                $"gwy.tcp://{entry.SiloAddress.Endpoint.Address}:30000/{entry.SiloAddress.Generation}").Order(),
            gateways.Select(uri => uri.ToString()).Order());
    }

    private async Task<MembershipEntry> InsertAsync(MembershipEntry entry)
    {
        Assert.True(await _members.InsertRowAsync(entry, (await _members.ReadAllAsync()).Version.Next()));
        return entry;
    }

    private HBaseMembershipTable Members(string clusterId) =>
        new(Row(clusterId), HBaseFixture.Tables(), TimeProvider.System);

    private ClusterRow Row(string clusterId)
    {
        var services = new ServiceCollection().AddSingleton<IHBase>(new ScriptedHBase(hbase.HBase, _table))
            .BuildServiceProvider();
        return new(services, Options.Create(new HBaseClusteringOptions { TableName = hbase.ClusterTableName }),
            Options.Create(new ClusterOptions { ServiceId = "service", ClusterId = clusterId }));
    }

    private static void AssertSame(MembershipEntry expected, MembershipEntry actual) =>
        Assert.Equal(expected.ToFullString(), actual.ToFullString());

    private static MembershipEntry Entry(SiloStatus status = SiloStatus.Joining, DateTime? time = null)
    {
        var generation = Interlocked.Increment(ref _generation);
        return new()
        {
            SiloAddress = SiloAddress.New(IPAddress.Loopback, 11111, generation),
            HostName = "host",
            SiloName = $"silo-{generation}",
            RoleName = "role",
            FaultZone = 2,
            UpdateZone = 3,
            Status = status,
            ProxyPort = 30000,
            StartTime = time ?? Start,
            IAmAliveTime = time ?? Start,
        };
    }
}
