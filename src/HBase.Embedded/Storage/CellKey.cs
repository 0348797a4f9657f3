using System.Buffers.Binary;

namespace HBase.Embedded.Storage;

/// <summary>
/// How a cell's coordinates become a RocksDB key whose byte order is HBase's order of cells:
/// <code>
/// table id (4 B) | row, escaped | 00 00 | family | 00 | qualifier, escaped | 00 00 | ~timestamp (8 B)
/// </code>
/// Numbers are big-endian; the timestamp is inverted, so the newest version comes first. Escaping turns the byte 00
/// into 00 01 and so keeps the order: a row that is the beginning of another one ends in 00 00, which sorts before 00
/// 01 and before every other byte. A family's name holds no 00. Tombstones have the same keys, cut after the family
/// (for a whole family) or after the qualifier (for a column).
/// </summary>
internal static class CellKey
{
    public const int TableLength = 4;

    public const int TimestampLength = 8;

    /// <summary>Where the row with its terminator ends.</summary>
    public static int RowEnd(ReadOnlySpan<byte> key) => TableLength + EscapedLength(key[TableLength..]);

    public static long Timestamp(ReadOnlySpan<byte> key) =>
        (long)~BinaryPrimitives.ReadUInt64BigEndian(key[^TimestampLength..]);

    /// <summary>Reads back what <see cref="KeyWriter"/> escaped; the terminator included in the span.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> escaped)
    {
        var content = escaped[..^2];
        if (!content.Contains((byte)0)) return content.ToArray();

        var plain = new byte[content.Length - content.Count((byte)0)];
        var length = 0;
        for (var i = 0; i < content.Length; i++)
        {
            plain[length++] = content[i];
            if (content[i] == 0) i++;
        }

        return plain;
    }

    private static int EscapedLength(ReadOnlySpan<byte> span)
    {
        var at = 0;
        while (true)
        {
            at += span[at..].IndexOf((byte)0);
            if (span[at + 1] == 0) return at + 2;
            at += 2;
        }
    }
}
