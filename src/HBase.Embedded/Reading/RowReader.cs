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
    private readonly int _maxVersions;
    private readonly long _minTimestamp;
    private readonly long _maxTimestamp;
    private readonly FilterState? _filter;

    /// <summary>The family and qualifier, as in the key, of the column being read.</summary>
    private byte[] _column = new byte[64];

    public RowReader(TableInfo table, Get get)
    {
        (_table, _selection, _maxVersions) = (table, Selection.Of(table, get.Columns), get.MaxVersions);
        (_minTimestamp, _maxTimestamp) = (get.MinTimestamp, get.MaxTimestamp);
        _filter = get.Filter is { } filter ? FilterState.Of(filter) : null;
    }

    public RowReader(TableInfo table, Scan scan)
    {
        (_table, _selection, _maxVersions) = (table, Selection.Of(table, scan.Columns), scan.MaxVersions);
        (_minTimestamp, _maxTimestamp) = (scan.MinTimestamp, scan.MaxTimestamp);
        _filter = scan.Filter is { } filter ? FilterState.Of(filter, scan.Reversed) : null;
    }

    /// <summary>The filter lets no further row through.</summary>
    public bool IsDone => _filter is { IsDone: true };

    /// <summary>
    /// Reads the cells under the prefix (a table's id and a row), beginning where the iterator stands, and leaves it
    /// behind the row. Null when none is asked for.
    /// </summary>
    public List<Cell>? Read(Iterator iterator, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> row)
    {
        List<Cell>? cells = null;
        var passes = _filter is null || (!_filter.IsDone && _filter.StartRow(row));
        var position = 0;
        var columnLength = 0;
        var versionsLeft = 0;
        FamilyInfo? family = null;
        FamilyInfo? skipped = null;
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
                var isAskedFor = passes && family != skipped && _selection.Contains(ref position, family.Name, qualifier);
                versionsLeft = isAskedFor ? Math.Min(_maxVersions, family.MaxVersions) : 0;
            }

            if (versionsLeft <= 0) continue;
            var timestamp = CellKey.Timestamp(key);
            if (timestamp < _minTimestamp || timestamp >= _maxTimestamp) continue;
            var cell = new Cell(family!.Name, qualifier, timestamp, iterator.GetValueSpan().ToArray());
            if (_filter is not null)
            {
                var verdict = _filter.Judge(cell);
                if (verdict.Step != Step.Cell) versionsLeft = 0;
                if (verdict.Step == Step.Family) skipped = family;
                if (!verdict.Includes) continue;
                cell = _filter.Transform(cell);
            }

            versionsLeft--;
            cells ??= [];
            cells.Add(cell);
        }

        return cells is not null && (_filter is null || _filter.EndRow()) ? cells : null;
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
