using Google.Protobuf;
using HBase.Client.Protocol.Messages;

namespace HBase.Client.Protocol;

/// <summary>Reads a Result: the cells of the block first, then those inside the message. Servers use either or both.</summary>
internal static class ResultDecoder
{
    private const int CellField = 1;
    private const int AssociatedCellCount = 2;
    private const int ExistsField = 3;

    public static Row? Read(ReadOnlySpan<byte> message, ref CellBlockReader block)
    {
        var reader = new ProtoReader(message);
        var count = 0;
        List<Cell>? inside = null;
        ReadOnlyMemory<byte> key = default;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case CellField:
                    inside ??= [];
                    inside.Add(Convert(ParseCell(reader.ReadBytes()), ref key));
                    break;
                case AssociatedCellCount:
                    count = (int)reader.ReadVarint();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        var row = block.Take(count);
        if (inside is null) return row;
        return row is null ? new Row(key, inside) : new Row(row.Key, [.. row.Cells, .. inside]);
    }

    /// <summary>The answer to a get that only asks whether there is something.</summary>
    public static bool Exists(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        var exists = false;
        while (reader.Next(out var field))
        {
            if (field == ExistsField) exists = reader.ReadBool();
            else reader.Skip();
        }

        return exists;
    }

    public static Row? Convert(Result result)
    {
        if (result.Cell.Count == 0) return null;
        ReadOnlyMemory<byte> key = default;
        var cells = new Cell[result.Cell.Count];
        for (var i = 0; i < cells.Length; i++) cells[i] = Convert(result.Cell[i], ref key);
        return new Row(key, cells);
    }

    private static Messages.Cell ParseCell(ReadOnlySpan<byte> message)
    {
        try
        {
            return Messages.Cell.Parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new HBaseProtocolException("A cell in a message cannot be read.", e);
        }
    }

    private static Cell Convert(Messages.Cell cell, ref ReadOnlyMemory<byte> key)
    {
        if (key.IsEmpty) key = cell.Row.Memory;
        return new Cell(cell.Family.Memory, cell.Qualifier.Memory, (long)cell.Timestamp, cell.Value.Memory);
    }
}
