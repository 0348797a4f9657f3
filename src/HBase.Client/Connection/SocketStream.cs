using System.Net;
using System.Net.Sockets;

namespace HBase.Client.Connection;

/// <summary>
/// A TCP connection. Reads block, for a thread that does nothing else: an asynchronous one would wake up two, that which waits
/// for all sockets of the program and one of the pool. Writes block nobody.
/// </summary>
internal sealed class SocketStream : ConnectionStream
{
    private readonly Socket _socket;

    private SocketStream(Socket socket) => _socket = socket;

    /// <exception cref="SocketException">No address of the host takes the connection.</exception>
    public static async Task<SocketStream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            // An asynchronous connect would have the program's poller watch the socket for good.
            await BlockingAsync(socket, () => socket.Connect(addresses, port), cancellationToken).ConfigureAwait(false);
            socket.Blocking = false;
            return new SocketStream(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        while (true)
        {
            _socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
            var received = _socket.Receive(buffer, offset, count, SocketFlags.None, out var error);
            if (error == SocketError.Success) return received;
            if (error != SocketError.WouldBlock) throw Broken(error);
        }
    }

    /// <summary>For handshakes; by a thread of its own. To cancel it breaks the connection.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = new byte[buffer.Length];
        var count = 0;
        await BlockingAsync(_socket, () => count = Read(read, 0, read.Length), cancellationToken).ConfigureAwait(false);
        read.AsSpan(0, count).CopyTo(buffer.Span);
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var sent = _socket.Send(buffer.Span, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) sent = 0;
        else if (error != SocketError.Success) throw Broken(error);
        return sent == buffer.Length ? ValueTask.CompletedTask : WriteRestAsync(buffer[sent..], cancellationToken);
    }

    public override void Flush()
    {
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Who reads comes to an end by that.
    protected override void Dispose(bool disposing)
    {
        if (disposing) _socket.Dispose();
        base.Dispose(disposing);
    }

    // The server takes no more for now.
    private async ValueTask WriteRestAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        while (rest.Length > 0)
        {
            var sent = await _socket.SendAsync(rest, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            rest = rest[sent..];
        }
    }

    private static async Task BlockingAsync(Socket socket, Action action, CancellationToken cancellationToken)
    {
        try
        {
            using var cancelled = cancellationToken.UnsafeRegister(static state => ((Socket)state!).Dispose(), socket);
            await Task.Factory.StartNew(
                    action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is not OperationCanceledException)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    private static IOException Broken(SocketError error)
    {
        var inner = new SocketException((int)error);
        return new IOException(inner.Message, inner);
    }
}
