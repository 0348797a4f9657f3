using System.Collections.Concurrent;
using Google.Protobuf;
using HBase.Client.Connection;
using HBase.Client.Diagnostics;
using HBase.Client.Protocol;
using Messages = HBase.Client.Protocol.Messages;

namespace HBase.Client.Routing;

/// <summary>Finds the region of a row: from the table's cache, else by a reversed scan of hbase:meta.</summary>
internal sealed class RegionLocator(ConnectionPool pool, Registry registry, RetryPolicy policy) : IDisposable
{
    private const int Prefetch = 10;

    private readonly ConcurrentDictionary<string, TableRoute> _tables = new();
    private readonly SemaphoreSlim _metaLookup = new(1);
    private Region? _meta;

    public TableRoute Table(string name)
    {
        var table = new TableRoute(name);
        return _tables.GetOrAdd(table.Name, table);
    }

    /// <summary>Forgets what is cached of a table that was deleted.</summary>
    public static void Forget(TableRoute table)
    {
        table.Regions.Clear();
        table.HasNoEndpoint = false;
    }

    public void Dispose() => _metaLookup.Dispose();

    /// <summary>The region of the row, looked up if need be, with retries until the deadline.</summary>
    /// <param name="before">Of the keys right before the row; before an empty row is the table's last region.</param>
    /// <exception cref="HBaseTableNotFoundException">The table does not exist.</exception>
    /// <exception cref="HBaseUnavailableException">Nothing was found in time.</exception>
    public async Task<Region> LocateAsync(
        TableRoute table, ReadOnlyMemory<byte> row, Deadline deadline, CancellationToken cancellationToken,
        bool before = false)
    {
        var known = Find(table, row, before);
        ClientMetrics.Looked(known is not null);
        if (known is not null) return known;
        await table.Lookup.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Find(table, row, before) is { } found) return found;
            if (deadline.HasPassed)
            {
                throw new HBaseUnavailableException(
                    $"No region of {table.Name} was located in {deadline.Elapsed.TotalMilliseconds:F0} ms.")
                { Table = table.Name };
            }

            return await policy.RetryAsync(
                $"locating a row of {table.Name}", deadline, () => LookUpAsync(table, row, before, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            table.Lookup.Release();
        }
    }

    /// <summary>One row of hbase:meta.</summary>
    public async Task<Row?> GetMetaRowAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> family, CancellationToken cancellationToken)
    {
        var meta = await MetaAsync(cancellationToken).ConfigureAwait(false);
        var frame = new FrameBuffer();
        var parameter = frame.BeginRaw(1);
        MutationEncoder.Region(frame, 1, meta.Name.Span);
        MutationEncoder.Get(frame, 2, new Get(key) { Columns = [new Column(family)] });
        frame.End(parameter);
        using var response = await CallMetaAsync(meta, "Get", frame, cancellationToken).ConfigureAwait(false);
        return ReadGetResponse(response);
    }

    private static Row? ReadGetResponse(RpcResponse response)
    {
        var reader = new ProtoReader(response.Message);
        var block = new CellBlockReader(response.CellBlock);
        Row? row = null;
        while (reader.Next(out var field))
        {
            if (field == 1) row = ResultDecoder.Read(reader.ReadBytes(), ref block);
            else reader.Skip();
        }

        return row;
    }

    private static Region? Find(TableRoute table, ReadOnlyMemory<byte> row, bool before) =>
        before ? table.Regions.FindBefore(row.Span) : table.Regions.Find(row.Span);

    private async Task<Region> LookUpAsync(
        TableRoute table, ReadOnlyMemory<byte> row, bool before, CancellationToken cancellationToken)
    {
        if (table.Name == TableRoute.Meta)
        {
            var only = await registry.GetMetaRegionAsync(cancellationToken).ConfigureAwait(false);
            table.Regions.Add(only);
            return only;
        }

        var meta = await MetaAsync(cancellationToken).ConfigureAwait(false);
        var key = before
            ? MetaRows.SearchKeyBefore(table.NameBytes.Span, row.Span)
            : MetaRows.SearchKey(table.NameBytes.Span, row.Span);
        var rows = await ScanMetaAsync(meta, table, key, cancellationToken).ConfigureAwait(false);
        // From the back, so that a region which overlaps an older one is added last and stays.
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            if (MetaRows.Parse(rows[i]) is { } region) table.Regions.Add(region);
        }

        // Meta still says where the regions of a disabled table were, so its state is asked with every lookup.
        await CheckStateAsync(table, cancellationToken).ConfigureAwait(false);
        if (Find(table, row, before) is { } found)
        {
            policy.Logger.Located(found, table.Name, found.Server);
            return found;
        }

        var message = $"no open region of {table.Name} holds the row";
        throw new RpcException(message, new Failure(FailureAction.RetrySame, MaybeExecuted: false, message));
    }

    private async Task CheckStateAsync(TableRoute table, CancellationToken cancellationToken)
    {
        var row = await GetMetaRowAsync(table.NameBytes, MetaRows.TableFamily.ToArray(), cancellationToken)
            .ConfigureAwait(false);
        if (row is null)
        {
            table.Regions.Clear();
            throw new HBaseTableNotFoundException($"The table {table.Name} does not exist.") { Table = table.Name };
        }

        if (!MetaRows.IsDisabled(row)) return;
        table.Regions.Clear();
        throw new HBaseRefusedException($"The table {table.Name} is disabled.") { Table = table.Name };
    }

    public async Task<bool> TableExistsAsync(TableRoute table, CancellationToken cancellationToken)
    {
        var state = await GetMetaRowAsync(table.NameBytes, MetaRows.TableFamily.ToArray(), cancellationToken)
            .ConfigureAwait(false);
        return state is not null;
    }

    private async Task<List<Row>> ScanMetaAsync(
        Region meta, TableRoute table, byte[] searchKey, CancellationToken cancellationToken)
    {
        var scan = new Messages.Scan
        {
            StartRow = UnsafeByteOperations.UnsafeWrap(searchKey),
            StopRow = UnsafeByteOperations.UnsafeWrap(MetaRows.FirstKey(table.NameBytes.Span)),
            IncludeStopRow = true,
            Reversed = true,
            Caching = Prefetch,
        };
        scan.Column.Add(new Messages.Column { Family = ByteString.CopyFrom(MetaRows.InfoFamily) });
        var request = new Messages.ScanRequest
        {
            Region = Specifier(meta),
            Scan = scan,
            NumberOfRows = Prefetch,
            LimitOfRows = Prefetch,
            CloseScanner = true,
            ClientHandlesPartials = false,
            ClientHandlesHeartbeats = false,
        };
        var frame = new FrameBuffer();
        frame.WriteParameter(request);
        using var response = await CallMetaAsync(meta, "Scan", frame, cancellationToken).ConfigureAwait(false);
        return ScanResults.Read(response.Parse(Messages.ScanResponse.Parser), response.CellBlock);
    }

    public static Messages.RegionSpecifier Specifier(Region region) => new()
    {
        Type = Messages.RegionSpecifier.Types.RegionSpecifierType.RegionName,
        Value = UnsafeByteOperations.UnsafeWrap(region.Name),
    };

    private async Task<RpcResponse> CallMetaAsync(
        Region meta, string method, FrameBuffer frame, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await pool.GetAsync(meta.Server, ConnectionPool.ClientService)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
            return await connection.CallAsync(method, frame, policy.CallTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // Ask the masters again next time, unless someone has already.
            Interlocked.CompareExchange(ref _meta, null, meta);
            throw;
        }
    }

    private async Task<Region> MetaAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _meta) is { } known) return known;
        await _metaLookup.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Volatile.Read(ref _meta) is { } found) return found;
            var meta = await registry.GetMetaRegionAsync(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _meta, meta);
            return meta;
        }
        finally
        {
            _metaLookup.Release();
        }
    }
}
