using System.Net;
using System.Net.Sockets;
using HBase.Client.Connection;
using Xunit;

namespace HBase.Client.Tests.Connection;

public sealed class SocketStreamTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _cancellation = new();

    public void Dispose()
    {
        _listener.Dispose();
        _cancellation.Dispose();
    }

    [Fact]
    public async Task Connecting_to_a_server_that_does_not_answer_ends_when_it_is_cancelled()
    {
        _listener.Start(1);
        List<Task<SocketStream>> waiting = [];
        // Linux drops what does not fit into the queue of connections that nobody accepts: these are not answered at all.
        for (var i = 0; i < 8; i++) waiting.Add(ConnectAsync());
        await waiting[0];
        await Assert.ThrowsAsync<TimeoutException>(() => Task.WhenAll(waiting).WaitAsync(TimeSpan.FromMilliseconds(500)));
        await _cancellation.CancelAsync();
        foreach (var connecting in waiting)
        {
            try
            {
                await (await connecting.WaitAsync(TimeSpan.FromSeconds(30))).DisposeAsync();
            }
            catch (OperationCanceledException)
            {
                Assert.True(connecting.IsCanceled);
            }
        }

        Assert.Contains(waiting, connecting => connecting.IsCanceled);
    }

    [Fact]
    public async Task A_handshake_that_waits_for_the_server_ends_when_it_is_cancelled()
    {
        _listener.Start();
        await using var stream = await ConnectAsync();
        var reading = stream.ReadAsync(new byte[1], _cancellation.Token).AsTask();
        Assert.False(reading.IsCompleted);
        await _cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_read_ends_when_the_stream_is_closed()
    {
        _listener.Start();
        var stream = await ConnectAsync();
        var reading = Task.Factory.StartNew(
            () => stream.Read(new byte[1], 0, 1), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await stream.DisposeAsync();
        await reading.WaitAsync(TimeSpan.FromSeconds(30)).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.True(reading.IsCompleted);
    }

    private Task<SocketStream> ConnectAsync() =>
        SocketStream.ConnectAsync("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, _cancellation.Token);
}
