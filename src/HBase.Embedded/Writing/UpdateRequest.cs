using System.Buffers.Binary;
using System.Text;
using HBase.Client;
using HBase.Embedded.Storage;

namespace HBase.Embedded.Writing;

/// <summary>An increment or an append; answers the columns as they are then.</summary>
internal sealed class UpdateRequest(string table, RowUpdate update) : WriteRequest<Row>
{
    public override long Bytes { get; } = 100 + update.Cells.Sum(c => update.Row.Length + c.Value.Length + 50L);

    public override void Apply(WriteGroup group)
    {
        var info = group.Table(table);
        var cells = new List<Cell>(update.Cells.Count);
        Refusal = info is null ? TableInfo.NotFound(table) : Fill(group, info, cells);
        if (Refusal is not null) return;
        foreach (var cell in cells)
            group.Family(info!, update.Row.Span, info!.Family(cell.Family.Span)!).Put(cell.Qualifier.Span, cell.Timestamp, cell.Value);
        cells.Sort((x, y) =>
        {
            var order = x.Family.Span.SequenceCompareTo(y.Family.Span);
            return order != 0 ? order : x.Qualifier.Span.SequenceCompareTo(y.Qualifier.Span);
        });
        Result = new Row(update.Row, cells);
    }

    // All new values before the first is written: all columns are updated, or none is.
    private HBaseRefusedException? Fill(WriteGroup group, TableInfo info, List<Cell> cells)
    {
        var now = group.Now();
        foreach (var delta in update.Cells)
        {
            if (info.Family(delta.Family.Span) is not { } family) return info.NoFamily(delta.Family.Span);
            var newest = group.Family(info, update.Row.Span, family).Newest(delta.Qualifier.Span);
            var value = newest.GetValueOrDefault().Value;
            if (update is Increment && newest is not null && value.Length != sizeof(long))
            {
                var column = Encoding.UTF8.GetString(delta.Qualifier.Span);
                return new HBaseRefusedException($"The column '{column}' is no number of 8 bytes.") { Table = table };
            }

            var sum = update is Increment ? Sum(value, delta.Value) : (byte[])[.. value.Span, .. delta.Value.Span];
            // As HBase does: an update never hides behind the value that it was made of.
            cells.Add(delta with { Value = sum, Timestamp = Math.Max(now, newest.GetValueOrDefault().Timestamp) });
        }

        var put = new Put(update.Row);
        foreach (var cell in cells) put.Add(cell.Family, cell.Qualifier, cell.Value);
        return RequestCheck.Refuse(info, put) as HBaseRefusedException;
    }

    private static byte[] Sum(ReadOnlyMemory<byte> value, ReadOnlyMemory<byte> amount)
    {
        var before = value.IsEmpty ? 0 : BinaryPrimitives.ReadInt64BigEndian(value.Span);
        var sum = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(sum, unchecked(before + BinaryPrimitives.ReadInt64BigEndian(amount.Span)));
        return sum;
    }
}
