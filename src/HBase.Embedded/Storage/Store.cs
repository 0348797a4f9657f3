using System.Buffers.Binary;
using System.Collections.Concurrent;
using HBase.Client;
using HBase.Embedded.Reading;
using RocksDbSharp;

namespace HBase.Embedded.Storage;

/// <summary>
/// The RocksDB of a directory: its three column families (cells, tombstones, tables), and who reads it.
/// Deletes are carried out when they are written, so reads never see a tombstone; tombstones serve the writer only,
/// which drops puts that they mask.
/// </summary>
internal sealed class Store
{
    private const int TombstoneLength = 16;

    private readonly ConcurrentDictionary<TableScan, byte> _scans = new();
    private readonly Gate _gate = new();
    private readonly WriteOptions _synced = new WriteOptions().SetSync(true);
    private readonly RocksDb _db;
    private readonly ColumnFamilyHandle _tombstones;

    public Store(EmbeddedHBaseOptions options, long now)
    {
        _db = Open(options);
        Cells = _db.GetDefaultColumnFamily();
        _tombstones = _db.GetColumnFamily("tombstones");
        Catalog = new Catalog(_db, _db.GetColumnFamily("tables"));
        ForgetTombstones(now - (long)options.TombstoneRetention.TotalMilliseconds);
    }

    public ColumnFamilyHandle Cells { get; }

    public Catalog Catalog { get; }

    /// <summary>To be held while anything of this store is read, except by the writer, which stops before the store
    /// closes.</summary>
    public Gate.Pass Enter() => _gate.Enter();

    /// <summary>A view of all cells as they are now; to be disposed before the store closes.</summary>
    public Iterator NewIterator() => _db.NewIterator(Cells);

    public byte[]? Get(ReadOnlySpan<byte> key) => _db.Get(key, Cells);

    /// <summary>Up to which timestamp a column or family is deleted; -1 when it is not.</summary>
    public long Tombstone(ReadOnlySpan<byte> key)
    {
        Span<byte> value = stackalloc byte[TombstoneLength];
        return _db.GetFixedSizeValue(key, value, _tombstones) ? BinaryPrimitives.ReadInt64BigEndian(value) : -1;
    }

    public void SetTombstone(WriteBatch batch, ReadOnlySpan<byte> key, long timestamp, long now)
    {
        Span<byte> value = stackalloc byte[TombstoneLength];
        BinaryPrimitives.WriteInt64BigEndian(value, timestamp);
        BinaryPrimitives.WriteInt64BigEndian(value[8..], now);
        batch.Put(key, value, _tombstones);
    }

    public void DropTable(WriteBatch batch, TableInfo table)
    {
        var start = new KeyWriter().Table(table.Id).Span.ToArray();
        var end = new KeyWriter().Table(table.Id + 1).Span.ToArray();
        batch.DeleteRange(start, (ulong)start.Length, end, (ulong)end.Length, Cells);
        batch.DeleteRange(start, (ulong)start.Length, end, (ulong)end.Length, _tombstones);
    }

    /// <summary>Writes the batch; on disk when it returns.</summary>
    public void Write(WriteBatch batch) => _db.Write(batch, _synced);

    public TableScan OpenScan(TableInfo table, Scan scan)
    {
        var opened = new TableScan(this, table, scan);
        _scans[opened] = 0;
        return opened;
    }

    public void Forget(TableScan scan) => _scans.TryRemove(scan, out _);

    /// <summary>Waits for the reads, ends the scans that are still open, and closes the files.</summary>
    public async Task CloseAsync()
    {
        await _gate.CloseAsync().ConfigureAwait(false);
        foreach (var scan in _scans.Keys) scan.Dispose();
        _db.Dispose();
    }

    private static RocksDb Open(EmbeddedHBaseOptions options)
    {
        var path = Path.GetFullPath(options.Path);
        var blocks = new BlockBasedTableOptions()
            .SetBlockCache(Cache.CreateLru((ulong)options.BlockCacheBytes))
            .SetFilterPolicy(BloomFilterPolicy.Create(10, false))
            .SetBlockSize(16 << 10);
        var family = new ColumnFamilyOptions().SetBlockBasedTableFactory(blocks).SetCompression(Compression.Lz4);
        var settings = new DbOptions().SetCreateIfMissing(true).SetCreateMissingColumnFamilies(true)
            .SetMaxTotalWalSize(256 << 20).SetInfoLogLevel(InfoLogLevel.Warn).SetKeepLogFileNum(4);
        var families = new ColumnFamilies(family) { { "tombstones", family }, { "tables", new ColumnFamilyOptions() } };
        try
        {
            Directory.CreateDirectory(path);
            return RocksDb.Open(settings, path, families);
        }
        catch (RocksDbException e) when (e.Message.Contains("LOCK", StringComparison.Ordinal))
        {
            throw new HBaseUnavailableException(
                $"The embedded store in directory '{path}' is open already, in this or another process.", e);
        }
        catch (Exception e) when (e is RocksDbException or IOException or UnauthorizedAccessException)
        {
            throw new HBaseException($"The embedded store in directory '{path}' cannot be opened: {e.Message}", e);
        }
    }

    private void ForgetTombstones(long writtenBefore)
    {
        using var batch = new WriteBatch();
        using var iterator = _db.NewIterator(_tombstones);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            var written = BinaryPrimitives.ReadInt64BigEndian(iterator.GetValueSpan()[8..]);
            if (written < writtenBefore) batch.Delete(iterator.GetKeySpan(), _tombstones);
        }

        _db.Write(batch);
    }
}
