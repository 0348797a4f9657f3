using HBase.Client;
using HBase.Embedded.Storage;
using RocksDbSharp;

namespace HBase.Embedded.Reading;

/// <summary>Turns the run of keys that is a row into its cells.</summary>
internal sealed class RowReader(TableInfo table, IReadOnlyList<Column> columns, int maxVersions)
{
    private readonly Selection _selection = Selection.Of(table, columns);

    /// <summary>The family and qualifier, as in the key, of the column being read.</summary>
    private byte[] _column = new byte[64];

    /// <summary>
    /// Reads the cells under the prefix (a table's id and a row), beginning where the iterator stands, and leaves it
    /// behind the row. Null when none is asked for.
    /// </summary>
    public List<Cell>? Read(Iterator iterator, ReadOnlySpan<byte> prefix)
    {
        List<Cell>? cells = null;
        var position = 0;
        var columnLength = 0;
        var versionsLeft = 0;
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
                versionsLeft = _selection.Contains(ref position, family.Name, qualifier)
                    ? Math.Min(maxVersions, family.MaxVersions)
                    : 0;
            }

            if (versionsLeft-- <= 0) continue;
            cells ??= [];
            cells.Add(new Cell(family!.Name, qualifier, CellKey.Timestamp(key), iterator.GetValueSpan().ToArray()));
        }

        return cells;
    }

    private (FamilyInfo Family, byte[] Qualifier) Split(ReadOnlySpan<byte> column)
    {
        var end = column.IndexOf((byte)0);
        var family = table.Family(column[..end]) ?? throw table.NoFamily(column[..end]);
        return (family, CellKey.Unescape(column[(end + 1)..]));
    }

    private int Remember(ReadOnlySpan<byte> column)
    {
        if (_column.Length < column.Length) _column = new byte[column.Length * 2];
        column.CopyTo(_column);
        return column.Length;
    }
}
