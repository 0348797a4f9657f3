using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using HBase.Client.Connection;
using HBase.Client.Protocol;
using HBase.Client.Routing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace HBase.Client.Tests.Diagnostics;

/// <summary>What is measured and logged of one connection to a server that a test plays.</summary>
public sealed class CallMetricsTests : IAsyncLifetime
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly FakeTimeProvider _time = new();
    private readonly RecordedMetrics _metrics = new();
    private readonly RecordedLog _log = new();
    private RpcConnection _connection = null!;
    private TcpClient _server = null!;

    public async ValueTask InitializeAsync()
    {
        _listener.Start();
        var address = new ServerAddress("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        var settings = new ConnectionSettings("user", TimeSpan.FromSeconds(30), 1000, _time) { Logger = _log };
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
        _metrics.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_call_is_measured_by_method_server_and_outcome()
    {
        var call = CallAsync();
        await RequestAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        await _server.GetStream().WriteAsync((byte[])[0, 0, 0, 5, 2, 8, 1, 1, 5]);
        (await call).Dispose();
        Assert.Equal([2.0], Calls("ok"));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_call_without_an_answer_is_a_time_out_and_its_silent_connection_is_logged()
    {
        var call = CallAsync();
        await RequestAsync();
        _time.Advance(TimeSpan.FromSeconds(11));
        await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal([11.0], Calls("timeout"));
        var line = Assert.Single(_log.Lines);
        Assert.StartsWith($"Information: the connection to {_connection.Address} broke", line);
    }

    [Fact]
    public async Task Calls_of_a_connection_that_breaks_are_measured_and_it_is_logged_once()
    {
        var calls = new[] { CallAsync(), CallAsync() };
        await RequestAsync();
        await RequestAsync();
        _server.Dispose();
        foreach (var call in calls) await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(2, Calls("connection").Length);
        Assert.EndsWith($"2 calls were under way to {_connection.Address}.", Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task A_call_that_its_caller_leaves_is_measured_as_cancelled()
    {
        using var leaving = new CancellationTokenSource();
        var call = CallAsync(leaving.Token);
        await RequestAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(Calls("cancelled"));
    }

    [Fact]
    public async Task A_connection_that_the_client_closes_is_not_worth_a_line()
    {
        await _connection.DisposeAsync();
        Assert.Empty(_log.Lines);
    }

    private double[] Calls(string outcome) => _metrics.Of(
        "hbase.client.call.duration",
        ("rpc.method", "Get"),
        ("server.address", "127.0.0.1"),
        ("server.port", _connection.Address.Port),
        ("outcome", outcome));

    private Task<RpcResponse> CallAsync(CancellationToken cancellationToken = default)
    {
        var frame = new FrameBuffer();
        frame.End(frame.BeginRaw(1));
        return _connection.CallAsync("Get", frame, TimeSpan.FromSeconds(10), cancellationToken);
    }

    private async Task RequestAsync()
    {
        var head = new byte[4];
        await _server.GetStream().ReadExactlyAsync(head);
        await _server.GetStream().ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(head)]);
    }
}
