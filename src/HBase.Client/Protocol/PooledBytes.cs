using System.Buffers;

namespace HBase.Client.Protocol;

/// <summary>Bytes that are written one after the other into a pooled array, up to a most.</summary>
internal sealed class PooledBytes(int most) : Stream
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(4096);
    private int _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>The next bytes, to be filled by the caller.</summary>
    /// <exception cref="HBaseProtocolException">It would be more than the most.</exception>
    public Span<byte> Take(int count)
    {
        if (count > most - _length) throw new HBaseProtocolException($"More than {most} bytes when decompressed.");
        if (_array.Length - _length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(_length + (long)count, _array.Length * 2L), most));
            _array.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }

        var span = _array.AsSpan(_length, count);
        _length += count;
        return span;
    }

    /// <summary>The array, which belongs to the caller from here on, and how much of it is used.</summary>
    public (byte[] Array, int Length) Detach()
    {
        var result = (_array, _length);
        (_array, _length) = ([], 0);
        return result;
    }

    public override void Write(ReadOnlySpan<byte> buffer) => buffer.CopyTo(Take(buffer.Length));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_array.Length > 0) ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        base.Dispose(disposing);
    }
}
