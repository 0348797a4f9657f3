using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace HBase.GrainStorage.Rows;

/// <summary>
/// The row keys of an entity:
/// <code>
/// state    hash(2) kind 0 key
/// history  hash(2) kind 0 key 0 hour(8)
/// </code>
/// In kind and key, byte 0 is written as <c>01 01</c> and byte 1 as <c>01 02</c>, all else as it is. So
/// <list type="bullet">
/// <item>no 0 is left in them: each 0 after the hash is a separator, and a key can be read back in one way only;</item>
/// <item>encoded keys compare as the bytes do that they stand for, and a key stands before all that it is a prefix
/// of;</item>
/// <item>rows that begin with <c>hash kind 0 key 0</c> are this entity's history and nothing else: the state row has
/// nothing after the key, and a longer key goes on with another byte than 0.</item>
/// </list>
/// The hash is the upper 2 bytes of XxHash3 over <c>kind 0 key</c> as encoded. It spreads entities over regions; all
/// rows of an entity share it, and tables are split nowhere inside it (KeyPrefixLength). Hours since 1970 have their
/// sign bit flipped, so that times before 1970 (a record without a time has -1) sort before the others.
/// </summary>
internal static class EntityRows
{
    public const int HashLength = 2;

    /// <summary>HBase's own limit, less what a history row adds.</summary>
    public const int MaxStateRowLength = short.MaxValue - 1 - sizeof(long);

    private const long MillisecondsPerHour = 3_600_000;

    // Two keys with different lone surrogates would both become U+FFFD, and one row: refused instead.
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">Kind or key is not Unicode text, or both are too long for a row
    /// key.</exception>
    public static byte[] State(EntityId entity) => State(Utf8.GetBytes(entity.Kind), Utf8.GetBytes(entity.Key));

    /// <exception cref="ArgumentException">Kind and key are too long for a row key.</exception>
    public static byte[] State(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> key)
    {
        var length = HashLength + EncodedLength(kind) + 1 + EncodedLength(key);
        if (length > MaxStateRowLength)
            throw new ArgumentException($"Kind and key take {length} bytes of a row key, "
                + $"allowed are {MaxStateRowLength}.");
        var row = new byte[length];
        var body = row.AsSpan(HashLength);
        var position = Encode(kind, body);
        body[position++] = 0;
        Encode(key, body[position..]);
        BinaryPrimitives.WriteUInt16BigEndian(row, (ushort)(XxHash3.HashToUInt64(body) >> 48));
        return row;
    }

    /// <summary>The row of the entity's history that holds the blocks of the hour of a time, in milliseconds.</summary>
    public static byte[] History(ReadOnlySpan<byte> stateRow, long time)
    {
        var row = new byte[stateRow.Length + 1 + sizeof(long)];
        stateRow.CopyTo(row);
        BinaryPrimitives.WriteInt64BigEndian(row.AsSpan(stateRow.Length + 1), Hour(time) ^ long.MinValue);
        return row;
    }

    /// <summary>Kind, key, and, of a history row, the hour.</summary>
    /// <exception cref="FormatException">It is not a row key of this layout.</exception>
    public static (byte[] Kind, byte[] Key, long? Hour) Parse(ReadOnlySpan<byte> row)
    {
        if (row.Length <= HashLength) throw new FormatException("The row key has no kind.");
        var body = row[HashLength..];
        var kindEnd = body.IndexOf((byte)0);
        if (kindEnd < 0) throw new FormatException("The row key has no key.");
        var rest = body[(kindEnd + 1)..];
        var keyEnd = rest.IndexOf((byte)0);
        if (keyEnd < 0) return (Decode(body[..kindEnd]), Decode(rest), null);
        if (rest.Length != keyEnd + 1 + sizeof(long)) throw new FormatException("The row key's hour has not 8 bytes.");
        var hour = BinaryPrimitives.ReadInt64BigEndian(rest[(keyEnd + 1)..]) ^ long.MinValue;
        return (Decode(body[..kindEnd]), Decode(rest[..keyEnd]), hour);
    }

    /// <summary>The hour of a time, rounded down also before 1970.</summary>
    public static long Hour(long time) => Math.DivRem(time, MillisecondsPerHour, out var rest) - (rest < 0 ? 1 : 0);

    public static int EncodedLength(ReadOnlySpan<byte> text)
    {
        var length = text.Length;
        foreach (var value in text) length += value <= 1 ? 1 : 0;
        return length;
    }

    /// <summary>Writes the text with 0 and 1 escaped; returns how many bytes.</summary>
    public static int Encode(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var position = 0;
        foreach (var value in text)
        {
            if (value <= 1)
            {
                destination[position++] = 1;
                destination[position++] = (byte)(value + 1);
            }
            else
            {
                destination[position++] = value;
            }
        }

        return position;
    }

    public static byte[] Decode(ReadOnlySpan<byte> encoded)
    {
        var text = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var value = encoded[i];
            if (value == 1)
            {
                if (++i == encoded.Length || encoded[i] is not (1 or 2)) throw new FormatException("A bad escape.");
                value = (byte)(encoded[i] - 1);
            }

            text[length++] = value;
        }

        return text[..length];
    }
}
