using Google.Protobuf;
using HBase.Client.Rest.Messages;

namespace HBase.Client.Rest;

/// <summary>Rows and cells as gateways write them: a column is family, colon, qualifier in one.</summary>
internal static class RestCells
{
    public static byte[] Column(Column column) => column.Qualifier is { } qualifier
        ? Column(column.Family.Span, qualifier.Span)
        : column.Family.ToArray();

    public static byte[] Column(ReadOnlySpan<byte> family, ReadOnlySpan<byte> qualifier) => [.. family, (byte)':', .. qualifier];

    public static CellSet.Types.Row RowOf(Put put)
    {
        var row = new CellSet.Types.Row { Key = UnsafeByteOperations.UnsafeWrap(put.Row) };
        foreach (var cell in put.Cells)
            row.Values.Add(CellOf(Column(cell.Family.Span, cell.Qualifier.Span), cell.Value, cell.Timestamp));
        return row;
    }

    public static Messages.Cell CellOf(byte[] column, ReadOnlyMemory<byte> value, long timestamp)
    {
        var cell = new Messages.Cell
        {
            Column = UnsafeByteOperations.UnsafeWrap(column),
            Data = UnsafeByteOperations.UnsafeWrap(value),
        };
        if (timestamp != Mutation.LatestTimestamp) cell.Timestamp = timestamp;
        return cell;
    }

    /// <summary>The rows of an answer, in its order.</summary>
    public static List<Row> Parse(byte[] body)
    {
        try
        {
            var set = CellSet.Parser.ParseFrom(body);
            var rows = new List<Row>(set.Rows.Count);
            foreach (var row in set.Rows)
            {
                if (row.Values.Count > 0) rows.Add(new Row(row.Key.Memory, [.. row.Values.Select(Parse)]));
            }

            return rows;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new HBaseProtocolException("A gateway's answer is no set of cells.", e);
        }
    }

    /// <summary>Two parts of one row.</summary>
    public static Row Join(Row first, Row second) => new(first.Key, [.. first.Cells, .. second.Cells]);

    private static Cell Parse(Messages.Cell cell)
    {
        var column = cell.Column.Memory;
        var colon = column.Span.IndexOf((byte)':');
        if (colon < 0) throw new HBaseProtocolException("A gateway's cell has a column without a colon.");
        return new Cell(column[..colon], column[(colon + 1)..], cell.Timestamp, cell.Data.Memory);
    }
}
