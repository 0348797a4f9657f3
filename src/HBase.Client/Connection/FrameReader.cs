using System.Buffers;
using System.Buffers.Binary;

namespace HBase.Client.Connection;

/// <summary>Cuts a stream into frames: length 4, big-endian, then so many bytes, handed out in a pooled array.</summary>
internal sealed class FrameReader(Stream stream, int maxFrame)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>Whether some of the next frame is here already.</summary>
    public bool HasMore => _end > _start;

    /// <summary>The next frame; its array belongs to the caller. Blocks until it is here.</summary>
    /// <exception cref="EndOfStreamException">The stream ended.</exception>
    public (byte[] Array, int Length) Read()
    {
        Fill();
        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start));
        _start += sizeof(int);
        if (length <= 0 || length > maxFrame)
            throw new HBaseProtocolException($"A frame of {length} bytes; at most {maxFrame} are accepted.");
        var array = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var here = Math.Min(length, _end - _start);
            _buffer.AsSpan(_start, here).CopyTo(array);
            _start += here;
            stream.ReadExactly(array, here, length - here);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(array);
            throw;
        }

        return (array, length);
    }

    private void Fill()
    {
        if (_end - _start >= sizeof(int)) return;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        while (_end < sizeof(int))
        {
            var count = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (count == 0) throw new EndOfStreamException("The server closed the connection.");
            _end += count;
        }
    }
}
