using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rules.Codec;

/// <summary>
/// Writes little-endian numbers, variable-length integers and texts. <see cref="Flush"/> hands them over.
/// </summary>
internal ref struct ByteWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _free;
    private int _used;

    public void Byte(byte value)
    {
        Room(1)[0] = value;
        _used++;
    }

    public void Unsigned(ulong value)
    {
        var to = Room(10);
        var n = 0;
        for (; value >= 0x80; value >>= 7)
            to[n++] = (byte)(value | 0x80);
        to[n++] = (byte)value;
        _used += n;
    }

    /// <summary>Small when near zero, of either sign.</summary>
    public void Signed(long value) => Unsigned((ulong)(value << 1 ^ value >> 63));

    public void Fixed(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);
        _used += 8;
    }

    public void Double(double value) => Fixed(BitConverter.DoubleToUInt64Bits(value));

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Unsigned((ulong)value.Length);
        Raw(value);
    }

    /// <summary>What was written before, as it is.</summary>
    public void Raw(ReadOnlySpan<byte> written)
    {
        written.CopyTo(Room(written.Length));
        _used += written.Length;
    }

    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Unsigned((ulong)length);
        Encoding.UTF8.GetBytes(value, Room(length));
        _used += length;
    }

    /// <summary>How many, then each name and its value.</summary>
    public void Texts(IReadOnlyCollection<KeyValuePair<string, string>> texts)
    {
        Unsigned((ulong)texts.Count);
        foreach (var (name, value) in texts)
        {
            Text(name);
            Text(value);
        }
    }

    public void Flush()
    {
        _output.Advance(_used);
        _free = default;
        _used = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Room(int length)
    {
        if (_free.Length - _used < length)
            Grow(length);
        return _free[_used..];
    }

    private void Grow(int length)
    {
        Flush();
        _free = _output.GetSpan(Math.Max(length, 256));
    }
}
