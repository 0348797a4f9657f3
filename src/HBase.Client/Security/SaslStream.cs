using System.Buffers;
using System.Buffers.Binary;
using System.Net.Security;
using HBase.Client.Connection;

namespace HBase.Client.Security;

/// <summary>
/// What is written and read after a SASL handshake that agreed on integrity or privacy: length 4, big-endian, then a GSS token
/// around the bytes. One writer and one reader at a time.
/// </summary>
internal sealed class SaslStream(Stream inner, NegotiateAuthentication context, bool encrypts, int maxSend, int maxReceive)
    : ConnectionStream
{
    // What a token is larger than its content at most, generously.
    private const int Overhead = 1024;

    private readonly Lock _lock = new(); // guards the context, whose two directions share state
    private readonly ArrayBufferWriter<byte> _out = new();
    private readonly byte[] _length = new byte[sizeof(int)];
    private byte[] _in = [];
    private int _start;
    private int _end;

    public override int Read(byte[] buffer, int offset, int count)
    {
        while (_start == _end && count > 0)
        {
            if (!Fill()) return 0;
        }

        var length = Math.Min(count, _end - _start);
        _in.AsSpan(_start, length).CopyTo(buffer.AsSpan(offset));
        _start += length;
        return length;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var most = Math.Max(maxSend - Overhead, Overhead);
        while (buffer.Length > 0)
        {
            var part = buffer[..Math.Min(buffer.Length, most)];
            buffer = buffer[part.Length..];
            Wrap(part.Span);
            await inner.WriteAsync(_out.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
    }

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            lock (_lock) context.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Wrap(ReadOnlySpan<byte> part)
    {
        _out.ResetWrittenCount();
        _out.GetSpan(sizeof(int));
        _out.Advance(sizeof(int));
        NegotiateAuthenticationStatusCode status;
        bool isEncrypted;
        lock (_lock) status = context.Wrap(part, _out, encrypts, out isEncrypted);
        if (status != NegotiateAuthenticationStatusCode.Completed || (encrypts && !isEncrypted))
            throw new IOException($"Bytes could not be protected: {status}");
        var length = System.Runtime.InteropServices.MemoryMarshal.AsMemory(_out.WrittenMemory).Span;
        BinaryPrimitives.WriteInt32BigEndian(length, _out.WrittenCount - sizeof(int));
    }

    private bool Fill()
    {
        if (inner.ReadAtLeast(_length, sizeof(int), throwOnEndOfStream: false) < sizeof(int)) return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(_length);
        if (length <= 0 || length - Overhead > maxReceive)
            throw new HBaseProtocolException($"A protected frame of {length} bytes; at most {maxReceive} are accepted.");
        if (_in.Length < length) _in = new byte[Math.Max(length, Math.Min(2 * _in.Length, maxReceive))];
        inner.ReadExactly(_in, 0, length);
        Unwrap(length);
        return true;
    }

    private void Unwrap(int length)
    {
        NegotiateAuthenticationStatusCode status;
        bool wasEncrypted;
        int count;
        lock (_lock) status = context.UnwrapInPlace(_in.AsSpan(0, length), out _start, out count, out wasEncrypted);
        if (status != NegotiateAuthenticationStatusCode.Completed || (encrypts && !wasEncrypted))
            throw new HBaseProtocolException($"A frame was not protected as agreed, or was changed on its way: {status}");
        _end = _start + count;
    }
}
