namespace HBase.Client;

/// <summary>
/// Namespaces, tables and regions of a cluster. Each method returns when the cluster has done what it asks for. What starts a
/// procedure of the master carries a nonce, and is done once however often it has to be sent.
/// </summary>
/// <remarks>
/// Every method throws <see cref="HBaseRefusedException"/> with the server's exception when the master refuses,
/// <see cref="HBaseTableNotFoundException"/> when the table does not exist, <see cref="HBaseUnavailableException"/> when no master
/// answered in time, and, if it changes something, <see cref="HBaseOutcomeUnknownException"/> when it had not ended in time.
/// </remarks>
public interface IHBaseAdmin
{
    /// <summary>The same with another time-out for each call in place of <see cref="HBaseClientOptions.AdminTimeout"/>.</summary>
    IHBaseAdmin WithTimeout(TimeSpan timeout);

    /// <summary>The names of all namespaces, HBase's own too.</summary>
    ValueTask<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken = default);

    /// <summary>Makes a namespace.</summary>
    /// <param name="name">Letters, digits and underscores.</param>
    /// <param name="configuration">Its properties, quotas for example; null: none.</param>
    /// <param name="cancellationToken">Ends the wait; the master may go on.</param>
    ValueTask CreateNamespaceAsync(
        string name, IReadOnlyDictionary<string, string>? configuration = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a namespace that has no tables.</summary>
    ValueTask DeleteNamespaceAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>The names of the tables of a namespace; null: of all but HBase's own.</summary>
    ValueTask<IReadOnlyList<string>> ListTablesAsync(string? inNamespace = null, CancellationToken cancellationToken = default);

    /// <summary>Families and attributes of a table. Its splits are <see cref="ListRegionsAsync"/>.</summary>
    ValueTask<TableDescriptor> DescribeTableAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Makes a table.</summary>
    /// <exception cref="HBaseTableExistsException">There is one of that name.</exception>
    ValueTask CreateTableAsync(TableDescriptor descriptor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives a table exactly the families and attributes of the descriptor, while it is served: start from
    /// <see cref="DescribeTableAsync"/>. Families that are not in it are deleted with their cells. Split keys do not count.
    /// </summary>
    ValueTask ModifyTableAsync(TableDescriptor descriptor, CancellationToken cancellationToken = default);

    /// <summary>Disables a table if it is not, deletes all its rows, and enables it.</summary>
    ValueTask TruncateTableAsync(string name, bool preserveSplits = true, CancellationToken cancellationToken = default);

    /// <summary>Serves a table that is disabled.</summary>
    ValueTask EnableTableAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Stops to serve a table that is enabled.</summary>
    ValueTask DisableTableAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Whether a table is enabled, and not about to be disabled.</summary>
    ValueTask<bool> IsTableEnabledAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Disables a table if it is not, and deletes it.</summary>
    ValueTask DeleteTableAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Writes what the table's regions hold in memory to files (HBase 2.6).</summary>
    ValueTask FlushTableAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>The regions of a table in the order of their keys; those that were split or merged away are left out.</summary>
    ValueTask<IReadOnlyList<HBaseRegion>> ListRegionsAsync(string table, CancellationToken cancellationToken = default);

    /// <summary>Splits a region at a row key inside it; null: where its server thinks best.</summary>
    ValueTask SplitRegionAsync(
        HBaseRegion region, ReadOnlyMemory<byte>? row = null, CancellationToken cancellationToken = default);

    /// <summary>Makes one region of two or more that are neighbours.</summary>
    ValueTask MergeRegionsAsync(IReadOnlyList<HBaseRegion> regions, CancellationToken cancellationToken = default);

    /// <summary>Moves a region to a server; null: to one that the master chooses.</summary>
    ValueTask MoveRegionAsync(HBaseRegion region, HBaseServer? to = null, CancellationToken cancellationToken = default);

    /// <summary>Lets the master spread the regions over the servers. Whether the balancer ran: it may be switched off or busy.</summary>
    ValueTask<bool> BalanceAsync(CancellationToken cancellationToken = default);

    /// <summary>The region servers that live.</summary>
    ValueTask<IReadOnlyList<HBaseServer>> ListServersAsync(CancellationToken cancellationToken = default);
}

/// <summary>A region server.</summary>
/// <param name="Host">Its own name for itself.</param>
/// <param name="Port">Of its RPC.</param>
/// <param name="StartCode">When it started, in milliseconds since the Unix epoch: another one after a restart.</param>
public sealed record HBaseServer(string Host, int Port, long StartCode);

/// <summary>A region of a table.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="StartKey">The first key that it may hold; empty = from the table's beginning.</param>
/// <param name="EndKey">The first key behind it; empty = to the table's end.</param>
/// <param name="Id">When it was made, in milliseconds since the Unix epoch.</param>
/// <param name="EncodedName">Its short name: 32 hexadecimal digits.</param>
/// <param name="Server">Where it is, or was last, open; null: nowhere yet.</param>
public sealed record HBaseRegion(
    string Table, ReadOnlyMemory<byte> StartKey, ReadOnlyMemory<byte> EndKey, long Id, string EncodedName, HBaseServer? Server);
