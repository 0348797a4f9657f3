using HBase.Client;
using HBase.Embedded.Storage;
using RocksDbSharp;

namespace HBase.Embedded.Reading;

/// <summary>
/// A scan in progress. All its rows are of one moment, that of its opening, because the iterator is one view of the
/// store.
/// </summary>
internal sealed class TableScan : IDisposable
{
    /// <summary>Bytes of values after which a fetch ends: one row may exceed it.</summary>
    private const int MaxFetchBytes = 2 << 20;

    private readonly Store _store;
    private readonly RowReader _reader;
    private readonly byte[] _table;
    private readonly byte[] _stop;

    /// <summary>Guards the iterator: the consumer and the closing store may both dispose it.</summary>
    private readonly Lock _lock = new();
    private readonly Iterator _iterator;
    private byte[] _row = new byte[64];
    private bool _disposed;

    public TableScan(Store store, TableInfo table, Scan scan)
    {
        _store = store;
        _reader = new RowReader(table, scan.Columns, scan.MaxVersions);
        var key = new KeyWriter();
        _table = key.Table(table.Id).Span.ToArray();
        _stop = scan.StopRow.IsEmpty ? [] : key.Table(table.Id).Row(scan.StopRow.Span).Span.ToArray();
        _iterator = store.NewIterator();
        _iterator.Seek(key.Table(table.Id).EscapedPart(scan.StartRow.Span).Span);
    }

    /// <summary>Adds up to so many rows; false when there are no more. Rows without a cell that is asked for do not
    /// count.</summary>
    public bool Fetch(List<Row> rows, int count)
    {
        using var pass = _store.Enter();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddedHBase));
            var bytes = 0L;
            while (rows.Count < count && bytes < MaxFetchBytes)
            {
                if (!_iterator.Valid()) return false;
                var prefix = CopyRow(_iterator.GetKeySpan());
                if (!prefix.StartsWith(_table)) return false;
                if (_stop.Length > 0 && prefix.SequenceCompareTo(_stop) >= 0) return false;
                if (_reader.Read(_iterator, prefix) is not { } cells) continue;
                rows.Add(new Row(CellKey.Unescape(prefix[CellKey.TableLength..]), cells));
                foreach (var cell in cells) bytes += cell.Value.Length;
            }

            return true;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            _iterator.Dispose();
        }

        _store.Forget(this);
    }

    private ReadOnlySpan<byte> CopyRow(ReadOnlySpan<byte> key)
    {
        var length = CellKey.RowEnd(key);
        if (_row.Length < length) _row = new byte[length * 2];
        key[..length].CopyTo(_row);
        return _row.AsSpan(0, length);
    }
}
