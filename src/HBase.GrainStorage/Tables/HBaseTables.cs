using System.Buffers.Binary;
using System.Globalization;
using HBase.GrainStorage.Clustering;
using HBase.GrainStorage.Rows;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HBase.GrainStorage.Tables;

/// <summary>
/// Creates the tables when a silo starts, unless they are there. While HBase cannot be reached it waits, and says so in
/// the log; any number of silos may do so at once. It returns when every region of the table answers.
/// </summary>
public sealed partial class HBaseTables(
    IOptions<HBaseTablesOptions> options, TimeProvider time, ILogger<HBaseTables> logger)
{
    /// <summary>The table of the states of entities and ordinary grains, unless options say otherwise.</summary>
    public const string DefaultStateTable = "entities";

    /// <summary>The table of cluster memberships, unless options say otherwise.</summary>
    public const string DefaultClusterTable = "cluster";

    internal static readonly byte[] VersionFamily = "r"u8.ToArray();

    private readonly HBaseTablesOptions _options = options.Value;

    /// <summary>Sees to it that the table of states and histories exists and answers.</summary>
    /// <exception cref="HBaseException">HBase refuses to create it.</exception>
    public Task EnsureStateTableAsync(IHBase hbase, string name, CancellationToken cancellationToken = default) =>
        EnsureAsync(hbase, StateTable(name), cancellationToken);

    /// <summary>Sees to it that the table of cluster memberships exists and answers.</summary>
    /// <exception cref="HBaseException">HBase refuses to create it.</exception>
    public Task EnsureClusterTableAsync(IHBase hbase, string name, CancellationToken cancellationToken = default) =>
        EnsureAsync(hbase, ClusterTable(name), cancellationToken);

    /// <summary>Sees to it that the table of notifications, with the one family <c>n</c>, exists and answers.</summary>
    /// <exception cref="HBaseException">HBase refuses to create it.</exception>
    public Task EnsureNotificationsTableAsync(IHBase hbase, string name, CancellationToken cancellationToken = default) =>
        EnsureAsync(hbase, NotificationsTable(name), cancellationToken);

    /// <summary>Sees to it that the table of versions, with the one family <c>r</c>, exists and answers.</summary>
    /// <exception cref="HBaseException">HBase refuses to create it.</exception>
    public Task EnsureVersionTableAsync(IHBase hbase, string name, CancellationToken cancellationToken = default) =>
        EnsureAsync(hbase, new(name, [Family(VersionFamily, timeToLive: null)]), cancellationToken);

    internal TableDescriptor StateTable(string name) => new(name,
    [
        Family(Columns.State, timeToLive: null),
        Family(Columns.Index, timeToLive: null),
        Family(Columns.Events, _options.EventsTimeToLive),
        Family(Columns.Alerts, _options.AlertsTimeToLive),
    ])
    {
        SplitKeys = [.. Enumerable.Range(1, _options.Regions - 1).Select(SplitKey)],
        KeyPrefixLength = EntityRows.HashLength,
        GroupCommit = true,
    };

    internal TableDescriptor ClusterTable(string name) => new(name, [Family(MembershipRow.Family, timeToLive: null)]);

    // One region: a write and the condition on who may write are one commit only within a region.
    private TableDescriptor NotificationsTable(string name) =>
        new(name, [Family("n"u8.ToArray(), timeToLive: null)]) { GroupCommit = true };

    private ReadOnlyMemory<byte> SplitKey(int index)
    {
        var key = new byte[EntityRows.HashLength];
        BinaryPrimitives.WriteUInt16BigEndian(key, (ushort)(index * 65_536L / _options.Regions));
        return key;
    }

    private FamilyDescriptor Family(ReadOnlyMemory<byte> name, TimeSpan? timeToLive)
    {
        var attributes = new Dictionary<string, string> { ["DATA_BLOCK_ENCODING"] = "FAST_DIFF" };
        if (timeToLive is { } limit)
            attributes["TTL"] = ((int)limit.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (_options.Compression is { } compression) attributes["COMPRESSION"] = compression;
        return new(System.Text.Encoding.ASCII.GetString(name.Span)) { Attributes = attributes };
    }

    private async Task EnsureAsync(IHBase hbase, TableDescriptor descriptor, CancellationToken cancellationToken)
    {
        while (!await TryEnsureAsync(hbase, descriptor, cancellationToken).ConfigureAwait(false))
            await Task.Delay(_options.RetryDelay, time, cancellationToken).ConfigureAwait(false);
    }

    // Without an error, a step of its own each round: the next one sees what another silo has done meanwhile.
    private async Task<bool> TryEnsureAsync(
        IHBase hbase, TableDescriptor descriptor, CancellationToken cancellationToken)
    {
        try
        {
            if (!await hbase.TableExistsAsync(descriptor.Name, cancellationToken).ConfigureAwait(false))
            {
                if (!_options.Create)
                {
                    LogMissing(descriptor.Name, _options.RetryDelay);
                    return false;
                }

                await CreateAsync(hbase, descriptor, cancellationToken).ConfigureAwait(false);
            }

            await AskRegionsAsync(hbase.GetTable(descriptor.Name), descriptor, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (HBaseTableNotFoundException)
        {
            LogOpening(descriptor.Name, _options.RetryDelay);
        }
        catch (HBaseException exception) when (exception.IsTransient)
        {
            LogWaiting(exception, descriptor.Name, exception.Message, _options.RetryDelay);
        }

        return false;
    }

    private async Task CreateAsync(IHBase hbase, TableDescriptor descriptor, CancellationToken cancellationToken)
    {
        LogCreating(descriptor.Name, descriptor.SplitKeys.Count + 1);
        try
        {
            await hbase.CreateTableAsync(descriptor, cancellationToken).ConfigureAwait(false);
        }
        catch (HBaseTableExistsException)
        {
            LogCreatedByOther(descriptor.Name);
        }
    }

    // A table exists as soon as another silo has begun to create it, before its regions are open.
    private static async Task AskRegionsAsync(
        ITable table, TableDescriptor descriptor, CancellationToken cancellationToken)
    {
        IEnumerable<ReadOnlyMemory<byte>> keys = [new byte[EntityRows.HashLength], .. descriptor.SplitKeys];
        await table.GetAsync([.. keys.Select(key => new Get(key))], cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating table {Table} with {Regions} regions")]
    private partial void LogCreating(string table, int regions);

    [LoggerMessage(Level = LogLevel.Information, Message = "Another silo creates table {Table}")]
    private partial void LogCreatedByOther(string table);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "HBase is not reachable, so the silo waits with its start; "
            + "asking for table {Table} again in {Delay}: {Error}")]
    private partial void LogWaiting(Exception exception, string table, string error, TimeSpan delay);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Table {Table} does not exist, and silos may not create it: "
            + "the silo waits with its start; asking again in {Delay}")]
    private partial void LogMissing(string table, TimeSpan delay);

    [LoggerMessage(Level = LogLevel.Information, Message = "Table {Table} is being created; asking again in {Delay}")]
    private partial void LogOpening(string table, TimeSpan delay);
}
