using System.Buffers.Binary;

namespace HBase.Client.Protocol;

/// <summary>Cell types as they stand in a KeyValue.</summary>
internal enum CellType : byte
{
    Put = 4,
    DeleteColumn = 12,
    DeleteFamily = 14,
}

/// <summary>
/// A cell as <c>org.apache.hadoop.hbase.codec.KeyValueCodec</c> writes it, big-endian: kvLen 4, keyLen 4, valueLen 4, rowLen 2,
/// row, familyLen 1, family, qualifier, timestamp 8, type 1, value.
/// </summary>
internal static class CellCodec
{
    /// <summary>The bytes of a cell beside its row, family, qualifier and value.</summary>
    public const int Overhead = 24;

    public static int Size(int row, in Cell cell) =>
        Overhead + row + cell.Family.Length + cell.Qualifier.Length + cell.Value.Length;

    public static void Write(
        FrameBuffer buffer, ReadOnlySpan<byte> row, ReadOnlySpan<byte> family, ReadOnlySpan<byte> qualifier,
        long timestamp, CellType type, ReadOnlySpan<byte> value)
    {
        var keyLength = 12 + row.Length + family.Length + qualifier.Length;
        var target = buffer.Take(12 + keyLength + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(target, 8 + keyLength + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(target[4..], keyLength);
        BinaryPrimitives.WriteInt32BigEndian(target[8..], value.Length);
        BinaryPrimitives.WriteInt16BigEndian(target[12..], (short)row.Length);
        target = target[14..];
        row.CopyTo(target);
        target = target[row.Length..];
        target[0] = (byte)family.Length;
        family.CopyTo(target[1..]);
        target = target[(1 + family.Length)..];
        qualifier.CopyTo(target);
        target = target[qualifier.Length..];
        BinaryPrimitives.WriteInt64BigEndian(target, timestamp);
        target[8] = (byte)type;
        value.CopyTo(target[9..]);
    }
}

/// <summary>
/// Takes rows off a cell block, in order. A row owns one copy of its bytes, so the block can go back to its pool.
/// </summary>
internal ref struct CellBlockReader(ReadOnlySpan<byte> block)
{
    private readonly ReadOnlySpan<byte> _block = block;
    private int _position;

    public readonly bool AtEnd => _position == _block.Length;

    /// <summary>The next cells as one row; null when count is 0.</summary>
    public Row? Take(int count)
    {
        if (count == 0) return null;
        if (count < 0) throw new HBaseProtocolException($"A result of {count} cells.");
        var start = _position;
        for (var i = 0; i < count; i++) Pass();
        var bytes = _block[start.._position].ToArray();
        var cells = new Cell[count];
        var at = 0;
        ReadOnlyMemory<byte> key = default;
        for (var i = 0; i < count; i++) cells[i] = Parse(bytes, ref at, ref key);
        return new Row(key, cells);
    }

    private static Cell Parse(byte[] bytes, ref int at, ref ReadOnlyMemory<byte> key)
    {
        var span = bytes.AsSpan(at);
        var keyLength = BinaryPrimitives.ReadInt32BigEndian(span[4..]);
        var valueLength = BinaryPrimitives.ReadInt32BigEndian(span[8..]);
        var rowLength = BinaryPrimitives.ReadInt16BigEndian(span[12..]);
        var familyAt = 14 + rowLength;
        if (rowLength < 0 || familyAt >= 12 + keyLength) throw Malformed();
        var familyLength = (sbyte)span[familyAt];
        var qualifierLength = keyLength - rowLength - familyLength - 12;
        if (familyLength < 0 || qualifierLength < 0) throw Malformed();
        var qualifierAt = familyAt + 1 + familyLength;
        var timestampAt = qualifierAt + qualifierLength;
        if (key.IsEmpty) key = bytes.AsMemory(at + 14, rowLength);
        var cell = new Cell(
            bytes.AsMemory(at + familyAt + 1, familyLength),
            bytes.AsMemory(at + qualifierAt, qualifierLength),
            BinaryPrimitives.ReadInt64BigEndian(span[timestampAt..]),
            bytes.AsMemory(at + timestampAt + 9, valueLength));
        at += 12 + keyLength + valueLength;
        return cell;
    }

    private static HBaseProtocolException Malformed() => new("The lengths inside a cell contradict one another.");

    private void Pass()
    {
        if (_block.Length - _position < 12) throw new HBaseProtocolException("A cell block ends inside a cell.");
        var header = _block[_position..];
        long length = BinaryPrimitives.ReadInt32BigEndian(header);
        long keyLength = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        long valueLength = BinaryPrimitives.ReadInt32BigEndian(header[8..]);
        if (keyLength < 12 || valueLength < 0 || length != 8 + keyLength + valueLength) throw Malformed();
        if (length + 4 > header.Length) throw new HBaseProtocolException("A cell block ends inside a cell.");
        _position += (int)length + 4;
    }
}
