using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>Stands between the client and a server: passes on, holds answers back, cuts, refuses, breaks off in the middle.</summary>
public sealed class TcpProxy(string host, int port) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private volatile TaskCompletionSource? _held;
    private TaskCompletionSource? _breakAnswer;
    private TaskCompletionSource? _breakRequest;

    public int Port { get; private set; }

    /// <summary>Sees what passes, from either side.</summary>
    public Action<ReadOnlyMemory<byte>>? Tap { get; init; }

    public void Start()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>From now on nothing that the server says comes through; the task completes when it has said something.</summary>
    public Task HoldAnswers()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held = held;
        return held.Task;
    }

    /// <summary>Everything comes through again; answers that were held back are lost.</summary>
    public void LetThrough()
    {
        _held = null;
        Interlocked.Exchange(ref _breakAnswer, null)?.TrySetCanceled();
        Interlocked.Exchange(ref _breakRequest, null)?.TrySetCanceled();
    }

    /// <summary>Cuts all connections; new ones are passed on unhindered.</summary>
    public void Cut()
    {
        foreach (var client in _open.Keys) client.Dispose();
        _held = null;
    }

    /// <summary>
    /// Of what the next says, server or client, half is passed on, and then its connection is cut; the task completes after that.
    /// </summary>
    public Task BreakOff(bool answer)
    {
        var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref answer ? ref _breakAnswer : ref _breakRequest, broken)?.TrySetCanceled();
        return broken.Task;
    }

    /// <summary>Cuts, and refuses new connections until started again.</summary>
    public async Task RefuseAsync()
    {
        _listener?.Stop();
        await _accepting;
        Cut();
    }

    public async ValueTask DisposeAsync() => await RefuseAsync();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                _open[client] = true;
                _open[server] = true;
                await server.ConnectAsync(host, port);
                await Task.WhenAny(PumpAsync(client, server, false), PumpAsync(server, client, true));
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
            {
                // Cut.
            }
            finally
            {
                _open.TryRemove(client, out _);
                _open.TryRemove(server, out _);
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool answers)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is var length and > 0)
            {
                Tap?.Invoke(buffer.AsMemory(0, length));
                if (answers && _held is { } held)
                {
                    held.TrySetResult();
                    continue;
                }

                var broken = Interlocked.Exchange(ref answers ? ref _breakAnswer : ref _breakRequest, null);
                if (broken is not null) length /= 2;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
                if (broken is null) continue;
                broken.TrySetResult();
                return;
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }
}
