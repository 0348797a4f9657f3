using HBase.Client;
using HBase.Embedded.Reading.Filters;
using HBase.Embedded.Storage;
using RocksDbSharp;

namespace HBase.Embedded.Reading;

/// <summary>Turns the run of keys that is a row into its cells.</summary>
internal sealed class RowReader
{
    private readonly TableInfo _table;
    private readonly Selection _selection;
    private readonly CellChooser _chooser;

    /// <summary>The family and qualifier, as in the key, of the column being read.</summary>
    private byte[] _column = new byte[64];

    public RowReader(TableInfo table, Get get)
    {
        (_table, _selection) = (table, Selection.Of(table, get.Columns));
        var filter = get.Filter is null ? null : FilterState.Of(get.Filter);
        _chooser = new CellChooser(get.MaxVersions, get.MinTimestamp, get.MaxTimestamp, filter);
    }

    public RowReader(TableInfo table, Scan scan)
    {
        (_table, _selection) = (table, Selection.Of(table, scan.Columns));
        var filter = scan.Filter is null ? null : FilterState.Of(scan.Filter, scan.Reversed);
        _chooser = new CellChooser(scan.MaxVersions, scan.MinTimestamp, scan.MaxTimestamp, filter);
    }

    /// <summary>No further row has anything that is asked for.</summary>
    public bool IsDone => _chooser.IsDone;

    /// <summary>
    /// Reads the cells under the prefix (a table's id and a row), beginning where the iterator stands, and leaves it
    /// behind the row. Null when none is asked for.
    /// </summary>
    public List<Cell>? Read(Iterator iterator, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> row)
    {
        _chooser.StartRow(row);
        var position = 0;
        var columnLength = 0;
        FamilyInfo? family = null;
        byte[] qualifier = [];
        for (; iterator.Valid(); iterator.Next())
        {
            var key = iterator.GetKeySpan();
            if (!key.StartsWith(prefix)) break;

            var column = key[prefix.Length..^CellKey.TimestampLength];
            if (!column.SequenceEqual(_column.AsSpan(0, columnLength)))
            {
                columnLength = Remember(column);
                (family, qualifier) = Split(column);
                _chooser.StartColumn(family, _selection.Contains(ref position, family.Name, qualifier));
            }

            var timestamp = CellKey.Timestamp(key);
            if (!_chooser.Wants(timestamp)) continue;
            _chooser.Add(new Cell(family!.Name, qualifier, timestamp, iterator.GetValueSpan().ToArray()));
        }

        return _chooser.EndRow();
    }

    private (FamilyInfo Family, byte[] Qualifier) Split(ReadOnlySpan<byte> column)
    {
        var end = column.IndexOf((byte)0);
        var family = _table.Family(column[..end]) ?? throw _table.NoFamily(column[..end]);
        return (family, CellKey.Unescape(column[(end + 1)..]));
    }

    private int Remember(ReadOnlySpan<byte> column)
    {
        if (_column.Length < column.Length) _column = new byte[column.Length * 2];
        column.CopyTo(_column);
        return column.Length;
    }
}
