using System.Buffers.Binary;
using System.Text;

namespace Rules.Codec;

/// <summary>Reads what <see cref="ByteWriter"/> wrote.</summary>
/// <param name="bytes">They may be anything: what they cannot be is an <see cref="InvalidDataException"/>.</param>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly bool AtEnd => Position == _bytes.Length;

    public byte Byte() => Next(1)[0];

    public ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw new InvalidDataException($"The integer before byte {Position} has no end.");
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ulong Fixed() => BinaryPrimitives.ReadUInt64LittleEndian(Next(8));

    public double Double() => BitConverter.UInt64BitsToDouble(Fixed());

    /// <summary>
    /// A length or count of things that take at least that many bytes each, so it cannot exceed what is left.
    /// </summary>
    public int Length(int size = 1)
    {
        var length = Unsigned();
        if (length > (ulong)((_bytes.Length - Position) / size))
            throw new InvalidDataException($"The length {length} before byte {Position} exceeds what follows.");
        return (int)length;
    }

    public ReadOnlySpan<byte> Bytes() => Next(Length());

    /// <summary>What was read since then.</summary>
    /// <param name="position">A <see cref="Position"/> of before.</param>
    public readonly ReadOnlySpan<byte> Since(int position) => _bytes[position..Position];

    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>What <see cref="ByteWriter.Texts"/> wrote.</summary>
    public KeyValuePair<string, string>[] Texts()
    {
        var texts = new KeyValuePair<string, string>[Length()];
        for (var i = 0; i < texts.Length; i++) texts[i] = new(Text(), Text());
        return texts;
    }

    private ReadOnlySpan<byte> Next(int length)
    {
        if (_bytes.Length - Position < length)
            throw new InvalidDataException($"The data ends at byte {_bytes.Length}, in the middle of a value.");
        Position += length;
        return _bytes.Slice(Position - length, length);
    }
}
