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
    private readonly Scan _scan;
    private readonly byte[] _table;

    /// <summary>Guards the iterator: the consumer and the closing store may both dispose it.</summary>
    private readonly Lock _lock = new();
    private readonly Iterator _iterator;
    private byte[] _row = new byte[64];
    private bool _disposed;

    public TableScan(Store store, TableInfo table, Scan scan)
    {
        (_store, _scan) = (store, scan);
        _reader = new RowReader(table, scan);
        var key = new KeyWriter();
        _table = key.Table(table.Id).Span.ToArray();
        _iterator = store.NewIterator();
        if (!scan.Reversed) _iterator.Seek(key.From(_table).EscapedPart(scan.StartRow.Span).Span);
        else if (scan.StartRow.IsEmpty) _iterator.SeekForPrev(key.Table(table.Id + 1).Span.ToArray());
        else _iterator.SeekForPrev(Behind(key.From(_table).Row(scan.StartRow.Span).Span));
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
                if (!_iterator.Valid() || _reader.IsDone) return false;
                var prefix = CopyRow(_iterator.GetKeySpan());
                if (!prefix.StartsWith(_table)) return false;
                var row = CellKey.Unescape(prefix[CellKey.TableLength..]);
                if (IsBehindStop(row)) return false;
                if (_scan.Reversed) _iterator.Seek(prefix);
                var cells = IsBeforeStart(row) ? null : _reader.Read(_iterator, prefix, row);
                Leave(prefix);
                if (cells is null) continue;
                rows.Add(new Row(row, cells));
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

    // The first key that is behind all keys that begin so: rows end in 0.
    private static byte[] Behind(ReadOnlySpan<byte> prefix) => [.. prefix[..^1], 1];

    private bool IsBehindStop(byte[] row)
    {
        if (_scan.StopRow.IsEmpty) return false;
        var order = row.AsSpan().SequenceCompareTo(_scan.StopRow.Span);
        if (order == 0) return !_scan.IncludeStopRow;
        return _scan.Reversed ? order < 0 : order > 0;
    }

    private bool IsBeforeStart(byte[] row) => !_scan.IncludeStartRow && row.AsSpan().SequenceEqual(_scan.StartRow.Span);

    // To the next row, wherever in this one the iterator stands.
    private void Leave(ReadOnlySpan<byte> prefix)
    {
        if (_scan.Reversed) _iterator.SeekForPrev(prefix.ToArray());
        while (_iterator.Valid() && _iterator.GetKeySpan().StartsWith(prefix)) _iterator.Next();
    }

    private ReadOnlySpan<byte> CopyRow(ReadOnlySpan<byte> key)
    {
        var length = CellKey.RowEnd(key);
        if (_row.Length < length) _row = new byte[length * 2];
        key[..length].CopyTo(_row);
        return _row.AsSpan(0, length);
    }
}
