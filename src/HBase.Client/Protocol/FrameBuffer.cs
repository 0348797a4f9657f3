using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace HBase.Client.Protocol;

/// <summary>
/// One request being written, in a pooled array: room for length and header, then the parameter, then the cell block.
/// The header is written last, right before the parameter, because it says how long the cell block is.
/// </summary>
internal sealed class FrameBuffer : IDisposable
{
    // Length prefix 4, header length 2, and a header of at most 70 bytes (the longest method name has 26).
    private const int Headroom = 96;

    private byte[] _array;
    private int _position = Headroom;
    private int _cellStart = -1;
    private int _start = Headroom;

    public FrameBuffer(int sizeHint = 1024) => _array = ArrayPool<byte>.Shared.Rent(sizeHint + Headroom);

    /// <summary>The finished frame.</summary>
    public ReadOnlyMemory<byte> Frame => _array.AsMemory(_start, _position - _start);

    /// <summary>Starts a length-delimited message; reserve how many bytes its length will probably take.</summary>
    public Mark Begin(int field, int reserve = 1)
    {
        WriteTag(field, WireFormat.WireType.LengthDelimited);
        return BeginRaw(reserve);
    }

    /// <summary>Starts a length without a tag, as the parameter of a request has it.</summary>
    public Mark BeginRaw(int reserve)
    {
        var mark = new Mark(_position, reserve);
        Reserve(reserve);
        _position += reserve;
        return mark;
    }

    public void End(Mark mark)
    {
        var length = _position - mark.Position - mark.Reserved;
        var needed = VarintSize((ulong)length);
        if (needed != mark.Reserved)
        {
            Reserve(needed);
            Buffer.BlockCopy(_array, mark.Position + mark.Reserved, _array, mark.Position + needed, length);
        }

        _position = mark.Position + Varint(_array.AsSpan(mark.Position), (ulong)length) + length;
    }

    public void WriteTag(int field, WireFormat.WireType type) => WriteVarint(((uint)field << 3) | (uint)type);

    public void WriteField(int field, ulong value)
    {
        WriteTag(field, WireFormat.WireType.Varint);
        WriteVarint(value);
    }

    public void WriteField(int field, ReadOnlySpan<byte> value)
    {
        WriteTag(field, WireFormat.WireType.LengthDelimited);
        WriteVarint((ulong)value.Length);
        Append(value);
    }

    public void WriteVarint(ulong value)
    {
        Reserve(10);
        _position += Varint(_array.AsSpan(_position), value);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_array.AsSpan(_position));
        _position += bytes.Length;
    }

    /// <summary>The next bytes, to be filled by the caller.</summary>
    public Span<byte> Take(int length)
    {
        Reserve(length);
        var span = _array.AsSpan(_position, length);
        _position += length;
        return span;
    }

    /// <summary>Writes a whole parameter from a generated message.</summary>
    public void WriteParameter(IMessage message)
    {
        var size = message.CalculateSize();
        WriteVarint((ulong)size);
        message.WriteTo(Take(size));
    }

    /// <summary>Everything appended from here on is the cell block.</summary>
    public void BeginCells() => _cellStart = _position;

    /// <summary>Compresses the cell block, if there is one; before <see cref="Finish"/>.</summary>
    public void CompressCells(HBaseCompression compression)
    {
        if (_cellStart < 0 || _cellStart == _position) return;
        var (array, length) = CellCompression.Compress(compression, _array.AsMemory(_cellStart, _position - _cellStart));
        _position = _cellStart;
        Append(array.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(array);
    }

    /// <summary>Puts length and RequestHeader before the parameter.</summary>
    public void Finish(uint callId, string method, TimeSpan timeout)
    {
        var cellBytes = _cellStart < 0 ? 0 : _position - _cellStart;
        Span<byte> header = stackalloc byte[Headroom];
        var length = WriteHeader(header, callId, method, timeout, cellBytes);
        _start = Headroom - length - 1 - sizeof(int);
        BinaryPrimitives.WriteInt32BigEndian(_array.AsSpan(_start), _position - _start - sizeof(int));
        _array[_start + sizeof(int)] = (byte)length;
        header[..length].CopyTo(_array.AsSpan(Headroom - length));
    }

    public void Dispose()
    {
        var array = Interlocked.Exchange(ref _array, []);
        if (array.Length > 0) ArrayPool<byte>.Shared.Return(array);
    }

    private static int WriteHeader(Span<byte> header, uint callId, string method, TimeSpan timeout, int cellBytes)
    {
        var at = 0;
        header[at++] = 0x08;
        at += Varint(header[at..], callId);
        header[at++] = 0x1A;
        header[at++] = (byte)method.Length;
        at += Encoding.ASCII.GetBytes(method, header[at..]);
        header[at++] = 0x20;
        header[at++] = 1;
        if (cellBytes > 0)
        {
            header[at++] = 0x2A;
            header[at++] = (byte)(1 + VarintSize((ulong)cellBytes));
            header[at++] = 0x08;
            at += Varint(header[at..], (ulong)cellBytes);
        }

        header[at++] = 0x38;
        return at + Varint(header[at..], (ulong)timeout.TotalMilliseconds);
    }

    private static int Varint(Span<byte> target, ulong value)
    {
        var at = 0;
        while (value >= 0x80)
        {
            target[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[at++] = (byte)value;
        return at;
    }

    private static int VarintSize(ulong value) => CodedOutputStream.ComputeUInt64Size(value);

    private void Reserve(int bytes)
    {
        if (_array.Length - _position < bytes) Grow(bytes);
    }

    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_position + bytes), _array.Length * 2));
        _array.AsSpan(0, _position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }

    /// <summary>Where a length will be written once it is known.</summary>
    internal readonly record struct Mark(int Position, int Reserved);
}
