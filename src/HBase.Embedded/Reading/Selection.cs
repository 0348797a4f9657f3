using HBase.Client;
using HBase.Embedded.Storage;

namespace HBase.Embedded.Reading;

/// <summary>
/// The columns that a read asks for, in the order of cells, so that one pass over a row and over this list finds them.
/// </summary>
internal sealed class Selection
{
    private readonly Column[] _columns;

    private Selection(Column[] columns) => _columns = columns;

    /// <exception cref="HBaseRefusedException">A family that the table does not have.</exception>
    public static Selection Of(TableInfo table, IReadOnlyList<Column> columns)
    {
        foreach (var column in columns)
            if (table.Family(column.Family.Span) is null) throw table.NoFamily(column.Family.Span);

        var sorted = columns.ToArray();
        Array.Sort(sorted, Compare);
        return new Selection(sorted);
    }

    /// <summary>
    /// Whether the column is asked for. To be called with a row's columns in order and a position that starts at 0 with
    /// each row.
    /// </summary>
    public bool Contains(ref int position, ReadOnlySpan<byte> family, ReadOnlySpan<byte> qualifier)
    {
        if (_columns.Length == 0) return true;
        for (; position < _columns.Length; position++)
        {
            var order = Compare(_columns[position], family, qualifier);
            if (order >= 0) return order == 0;
        }

        return false;
    }

    /// <summary>A whole family comes before its columns, and so hides them.</summary>
    private static int Compare(Column x, Column y)
    {
        var order = x.Family.Span.SequenceCompareTo(y.Family.Span);
        if (order != 0) return order;
        if (x.Qualifier is not { } qualifier) return y.Qualifier is null ? 0 : -1;
        return y.Qualifier is { } other ? qualifier.Span.SequenceCompareTo(other.Span) : 1;
    }

    private static int Compare(Column column, ReadOnlySpan<byte> family, ReadOnlySpan<byte> qualifier)
    {
        var order = column.Family.Span.SequenceCompareTo(family);
        if (order != 0 || column.Qualifier is not { } wanted) return order;
        return wanted.Span.SequenceCompareTo(qualifier);
    }
}
