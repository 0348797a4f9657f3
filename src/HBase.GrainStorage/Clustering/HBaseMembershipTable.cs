using HBase.GrainStorage.Tables;

namespace HBase.GrainStorage.Clustering;

/// <summary>
/// A cluster's members in one row (<see cref="MembershipRow"/>), so that a read is a snapshot and a change of one
/// member and the version is one conditional write. Errors of HBase pass: the silo's membership agent logs them and
/// tries again.
/// <para>
/// A write with an unknown outcome is read back. It was ours if the version or the member shows our writer id (another
/// silo may have changed another member since). If the version is still the old one the write may yet arrive, and the
/// error passes; a second attempt then either wins against it or reads the table again.
/// </para>
/// </summary>
internal sealed class HBaseMembershipTable(ClusterRow cluster, HBaseTables tables, TimeProvider time) : IMembershipTable
{
    private const int CleanupAttempts = 5;

    /// <summary>Creates the table of clusters; an absent row is version 0 as it is.</summary>
    public Task InitializeMembershipTableAsync(
        bool tryInitTableVersion, CancellationToken cancellationToken = default) =>
        tables.EnsureClusterTableAsync(cluster.HBase, cluster.TableName, cancellationToken);

    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default)
    {
        var row = await cluster.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new([.. row.All()], row.TableVersion);
    }

    public async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken = default)
    {
        var row = await cluster.ReadAsync(cancellationToken).ConfigureAwait(false);
        return row.Member(key) is { } member ? new(member, row.TableVersion) : new(row.TableVersion);
    }

    public Task<bool> InsertRowAsync(
        MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default) =>
        WriteAsync(entry, etag: null, tableVersion, cancellationToken);

    public Task<bool> UpdateRowAsync(
        MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(etag);
        return WriteAsync(entry, etag, tableVersion, cancellationToken);
    }

    public async Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default)
    {
        var put = new Put(cluster.Key).Add(
            MembershipRow.Family, MembershipRow.AliveQualifier(entry.SiloAddress),
            MembershipRow.EncodeAlive(entry.IAmAliveTime),
            new DateTimeOffset(entry.IAmAliveTime).ToUnixTimeMilliseconds());
        await cluster.Table.MutateAsync(put, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes members that are dead and neither lived nor were voted on since; the version stays.</summary>
    public async Task CleanupDefunctSiloEntriesAsync(
        DateTimeOffset beforeDate, CancellationToken cancellationToken = default)
    {
        for (var attempt = 0; attempt < CleanupAttempts; attempt++)
        {
            var row = await cluster.ReadAsync(cancellationToken).ConfigureAwait(false);
            var defunct = Delete(cluster.Key, row,
                address => IsDefunct(row.Member(address)?.Item1, beforeDate.UtcDateTime));
            if (defunct.Columns.Count == 0) return;
            if (await IfVersionAsync(cluster.Key, row, defunct, cancellationToken).ConfigureAwait(false)) return;
        }
    }

    public async Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken = default)
    {
        var key = cluster.KeyOf(clusterId);
        while (true)
        {
            // Members first: were the version emptied first and the rest not done, they would be back with the next
            // version.
            var row = await cluster.ReadAsync(key, cancellationToken).ConfigureAwait(false);
            var members = Delete(key, row, static _ => true);
            if (members.Columns.Count > 0
                && !await IfVersionAsync(key, row, members, cancellationToken).ConfigureAwait(false))
                continue;
            if (row.VersionValue.IsEmpty) return;
            var empty = new Put(key).Add(MembershipRow.Family, MembershipRow.VersionQualifier, default, Next(row));
            if (await IfVersionAsync(key, row, empty, cancellationToken).ConfigureAwait(false)) return;
        }
    }

    Task IMembershipTable.InitializeMembershipTable(bool tryInitTableVersion) =>
        InitializeMembershipTableAsync(tryInitTableVersion);

    Task IMembershipTable.DeleteMembershipTableEntries(string clusterId) =>
        DeleteMembershipTableEntriesAsync(clusterId);

    Task IMembershipTable.CleanupDefunctSiloEntries(DateTimeOffset beforeDate) =>
        CleanupDefunctSiloEntriesAsync(beforeDate);

    Task<MembershipTableData> IMembershipTable.ReadRow(SiloAddress key) => ReadRowAsync(key);

    Task<MembershipTableData> IMembershipTable.ReadAll() => ReadAllAsync();

    Task<bool> IMembershipTable.InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        InsertRowAsync(entry, tableVersion);

    Task<bool> IMembershipTable.UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        UpdateRowAsync(entry, etag, tableVersion);

    Task IMembershipTable.UpdateIAmAlive(MembershipEntry entry) => UpdateIAmAliveAsync(entry);

    private static bool IsDefunct(MembershipEntry? entry, DateTime before) =>
        entry is null // an "I am alive" that came after its member had been deleted
        || (entry.Status == SiloStatus.Dead && entry.IAmAliveTime < before && entry.StartTime < before
            && entry.SuspectTimes?.Exists(vote => vote.Item2 >= before) != true);

    private static Delete Delete(byte[] key, MembershipRow row, Predicate<SiloAddress> which)
    {
        var delete = new Delete(key);
        foreach (var (address, cell) in row.Cells)
        {
            if (which(address)) delete.Add(new Column(cell.Family, cell.Qualifier), cell.Timestamp);
        }

        return delete;
    }

    // As the version is in the condition and changes with each member, what was read of the member still holds when it
    // is written.
    private async Task<bool> WriteAsync(
        MembershipEntry entry, string? etag, TableVersion next, CancellationToken cancellationToken)
    {
        var row = await cluster.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (next.VersionEtag != row.TableVersion.VersionEtag || next.Version <= row.Version) return false;
        if (row.MemberEtag(entry.SiloAddress) != etag) return false;

        var writer = Guid.NewGuid();
        var timestamp = Next(row);
        var put = new Put(cluster.Key)
            .Add(MembershipRow.Family, MembershipRow.VersionQualifier,
                MembershipRow.EncodeVersion(next.Version, writer), timestamp)
            .Add(MembershipRow.Family, MembershipRow.MemberQualifier(entry.SiloAddress),
                SiloRecord.Serialize(entry, writer), timestamp);
        try
        {
            return await IfVersionAsync(cluster.Key, row, put, cancellationToken).ConfigureAwait(false);
        }
        catch (HBaseOutcomeUnknownException)
        {
            var now = await cluster.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (now.Writer == writer || now.MemberEtag(entry.SiloAddress) == writer.ToString("N")) return true;
            if (now.Writer == row.Writer) throw;
            return false;
        }
    }

    private ValueTask<bool> IfVersionAsync(
        byte[] key, MembershipRow row, Mutation mutation, CancellationToken cancellationToken) =>
        cluster.Table.CheckAndMutateAsync(
            new(key, MembershipRow.Family, MembershipRow.VersionQualifier, row.VersionValue),
            mutation, cancellationToken);

    private long Next(MembershipRow row) =>
        Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), row.VersionTimestamp + 1);
}
