using System.Buffers.Binary;

namespace HBase.Embedded.Storage;

/// <summary>Builds keys in the layout of <see cref="CellKey"/>, reusing one buffer. Not for concurrent use.</summary>
internal sealed class KeyWriter
{
    private byte[] _buffer = new byte[128];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    public KeyWriter Table(uint id)
    {
        Length = 0;
        BinaryPrimitives.WriteUInt32BigEndian(Take(CellKey.TableLength), id);
        return this;
    }

    /// <summary>Starts from a key, or the beginning of one, that was built before.</summary>
    public KeyWriter From(ReadOnlySpan<byte> prefix)
    {
        Length = 0;
        return Raw(prefix);
    }

    public KeyWriter Row(ReadOnlySpan<byte> row) => EscapedPart(row).Raw([0, 0]);

    public KeyWriter Family(ReadOnlySpan<byte> family) => Raw(family).Raw([0]);

    public KeyWriter Qualifier(ReadOnlySpan<byte> qualifier) => EscapedPart(qualifier).Raw([0, 0]);

    public KeyWriter Timestamp(long timestamp)
    {
        BinaryPrimitives.WriteUInt64BigEndian(Take(CellKey.TimestampLength), ~(ulong)timestamp);
        return this;
    }

    /// <summary>Escapes without a terminator: what every longer or equal row is not less than.</summary>
    public KeyWriter EscapedPart(ReadOnlySpan<byte> plain)
    {
        while (true)
        {
            var zero = plain.IndexOf((byte)0);
            if (zero < 0) return Raw(plain);
            Raw(plain[..zero]).Raw([0, 1]);
            plain = plain[(zero + 1)..];
        }
    }

    public KeyWriter Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Take(bytes.Length));
        return this;
    }

    private Span<byte> Take(int length)
    {
        if (_buffer.Length < Length + length) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + length));
        Length += length;
        return _buffer.AsSpan(Length - length, length);
    }
}
