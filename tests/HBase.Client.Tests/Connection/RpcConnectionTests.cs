using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using HBase.Client.Connection;
using HBase.Client.Protocol;
using HBase.Client.Routing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace HBase.Client.Tests.Connection;

/// <summary>What a server can do to a connection that a real one does only when it is unwell.</summary>
public sealed class RpcConnectionTests : IAsyncLifetime
{
    // So many that the connection's thread goes on with their callers.
    private const int OneAtATime = 50;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly FakeTimeProvider _time = new();
    private RpcConnection _connection = null!;
    private TcpClient _server = null!;

    public async ValueTask InitializeAsync()
    {
        _listener.Start();
        var address = new ServerAddress("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        var settings = new ConnectionSettings("user", TimeSpan.FromSeconds(30), 1000, _time);
        var connecting = RpcConnection.ConnectAsync(address, "ClientService", settings, null, CancellationToken.None);
        _server = await _listener.AcceptTcpClientAsync();
        _connection = await connecting;
        await _server.GetStream().ReadExactlyAsync(new byte[Preamble.Create("user", "ClientService").Length]);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _server.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task An_answer_for_an_unknown_call_is_passed_over()
    {
        var call = CallAsync();
        await RequestAsync();
        await AnswerAsync([8, 99], [7]);
        await AnswerAsync([8, 1], [5]);
        using var response = await call;
        Assert.Equal(5, response.Message[0]);
        Assert.True(_connection.IsOpen);
    }

    [Fact]
    public async Task A_call_that_was_sent_and_gets_no_answer_is_unknown_and_the_silent_connection_is_closed()
    {
        var call = CallAsync();
        await RequestAsync();
        var other = CallAsync();
        await RequestAsync();
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.True((await Assert.ThrowsAsync<RpcException>(() => call)).Failure.MaybeExecuted);
        Assert.True((await Assert.ThrowsAsync<RpcException>(() => other)).Failure.MaybeExecuted);
        Assert.False(_connection.IsOpen);
    }

    [Fact]
    public async Task A_connection_that_still_answers_others_stays_after_a_time_out()
    {
        var call = CallAsync();
        await RequestAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        var other = CallAsync();
        await RequestAsync();
        await AnswerAsync([8, 2], [5]);
        (await other).Dispose();
        _time.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.True(_connection.IsOpen);
    }

    [Fact]
    public async Task A_call_after_the_connection_broke_was_certainly_not_sent()
    {
        var call = CallAsync();
        await RequestAsync();
        _server.Dispose();
        Assert.True((await Assert.ThrowsAsync<RpcException>(() => call)).Failure.MaybeExecuted);
        Assert.False((await Assert.ThrowsAsync<RpcException>(CallAsync)).Failure.MaybeExecuted);
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(-1)]
    public async Task A_frame_of_an_impossible_length_closes_the_connection(int length)
    {
        var call = CallAsync();
        await RequestAsync();
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        await _server.GetStream().WriteAsync(bytes);
        Assert.Contains("bytes", (await Assert.ThrowsAsync<RpcException>(() => call)).Message);
        Assert.False(_connection.IsOpen);
    }

    [Fact]
    public async Task Small_frames_written_at_once_all_arrive()
    {
        var calls = Enumerable.Range(0, 500).Select(_ => CallAsync()).ToArray();
        for (var i = 0; i < calls.Length; i++) await RequestAsync();
        for (var i = calls.Length; i >= 1; i--)
        {
            byte[] header = i < 128 ? [8, (byte)i] : [8, (byte)(i | 0x80), (byte)(i >> 7)];
            await AnswerAsync(header, [(byte)i]);
        }

        for (var i = 0; i < calls.Length; i++)
        {
            using var response = await calls[i];
            Assert.Equal((byte)(i + 1), response.Message[0]);
        }
    }

    [Fact]
    public async Task A_caller_that_blocks_the_thread_of_its_answer_holds_up_no_other()
    {
        using var released = new ManualResetEventSlim();
        var blocking = OneAtATimeAsync(released.Wait);
        await AnswerOneAtATimeAsync();
        try
        {
            for (var id = OneAtATime + 1; id < OneAtATime + 5; id++)
            {
                var call = CallAsync();
                await RequestAsync();
                await AnswerAsync([8, (byte)id], [(byte)id]);
                using var response = await call.WaitAsync(TimeSpan.FromSeconds(30));
                Assert.Equal(id, response.Message[0]);
                Assert.False(blocking.IsCompleted);
            }
        }
        finally
        {
            released.Set();
        }

        await blocking;
    }

    [Fact]
    public async Task A_caller_may_block_the_thread_of_its_answer_until_its_next_answer()
    {
        var blocking = OneAtATimeAsync(() => CallAsync().GetAwaiter().GetResult().Dispose());
        await AnswerOneAtATimeAsync();
        await RequestAsync();
        await AnswerAsync([8, OneAtATime + 1], [7]);
        // Nobody reads until the connection finds its reader overdue.
        for (var waited = 0; waited < 400 && !blocking.IsCompleted; waited++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.WhenAny(blocking, Task.Delay(10));
        }

        await blocking.WaitAsync(TimeSpan.Zero);
        Assert.True(_connection.IsOpen);
    }

    [Fact]
    public async Task A_caller_may_close_the_connection_on_the_thread_of_its_answer()
    {
        var closing = OneAtATimeAsync(() => _connection.DisposeAsync().AsTask().GetAwaiter().GetResult());
        await AnswerOneAtATimeAsync();
        await closing.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False((await Assert.ThrowsAsync<RpcException>(CallAsync)).Failure.MaybeExecuted);
    }

    [Fact]
    public async Task The_callers_of_one_call_at_a_time_go_on_on_the_thread_that_reads()
    {
        var name = "";
        var calling = OneAtATimeAsync(() => name = Thread.CurrentThread.Name);
        await AnswerOneAtATimeAsync();
        await calling;
        Assert.Equal($"HBase {_connection.Address}", name);
    }

    [Fact]
    public async Task Frames_wait_in_order_while_the_server_does_not_read()
    {
        // More than sockets hold.
        var calls = Enumerable.Range(0, 64).Select(i => CallAsync(new byte[256 * 1024], (byte)i)).ToArray();
        for (var i = 0; i < calls.Length; i++)
        {
            var frame = await RequestAsync();
            Assert.Equal(i, frame[^1]);
            byte[] header = [8, (byte)(i + 1)];
            await AnswerAsync(header, [(byte)i]);
        }

        foreach (var call in calls) (await call).Dispose();
    }

    private async Task OneAtATimeAsync(Action then)
    {
        for (var i = 0; i < OneAtATime; i++) (await CallAsync().ConfigureAwait(false)).Dispose();
        then();
    }

    private async Task AnswerOneAtATimeAsync()
    {
        for (byte id = 1; id <= OneAtATime; id++)
        {
            await RequestAsync();
            await AnswerAsync([8, id], [id]);
        }
    }

    private Task<RpcResponse> CallAsync(byte[] bytes, byte last)
    {
        bytes[^1] = last;
        var frame = new FrameBuffer();
        frame.WriteVarint((ulong)bytes.Length);
        frame.Append(bytes);
        return _connection.CallAsync("Get", frame, TimeSpan.FromSeconds(10));
    }

    private Task<RpcResponse> CallAsync()
    {
        var frame = new FrameBuffer();
        frame.End(frame.BeginRaw(1));
        return _connection.CallAsync("Get", frame, TimeSpan.FromSeconds(10));
    }

    private async Task<byte[]> RequestAsync()
    {
        var head = new byte[4];
        await _server.GetStream().ReadExactlyAsync(head);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
        await _server.GetStream().ReadExactlyAsync(frame);
        return frame;
    }

    private async Task AnswerAsync(byte[] header, byte[] message)
    {
        byte[] body = [(byte)header.Length, .. header, (byte)message.Length, .. message];
        await _server.GetStream().WriteAsync((byte[])[0, 0, 0, (byte)body.Length, .. body]);
    }
}
