using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HBase.Client.Tests.Rest;

/// <summary>A gateway that answers as a test says, and remembers what it was asked.</summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<Action<HttpListenerContext>> _answers = new();
    private readonly Task _serving;

    public FakeGateway()
    {
        Address = $"http://127.0.0.1:{FreePort()}/base/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    /// <summary>Method, path with query, and authorization of each request.</summary>
    public ConcurrentQueue<(string Method, string Path, string? Authorization)> Requests { get; } = new();

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The next request gets this answer; one for which there is none gets 200 without a body.</summary>
    public FakeGateway Answer(int status, string body = "")
    {
        _answers.Enqueue(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Close(System.Text.Encoding.UTF8.GetBytes(body), willBlock: true);
        });
        return this;
    }

    /// <summary>The next request gets no whole answer: its connection is cut.</summary>
    public FakeGateway Cut()
    {
        _answers.Enqueue(context =>
        {
            context.Response.ContentLength64 = 2;
            context.Response.OutputStream.WriteByte(0);
            context.Response.OutputStream.Flush();
            context.Response.Abort();
        });
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var request = context.Request;
                Requests.Enqueue((request.HttpMethod, request.RawUrl!, request.Headers["Authorization"]));
                await request.InputStream.CopyToAsync(Stream.Null);
                if (_answers.TryDequeue(out var answer)) answer(context);
                else context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed.
        }
    }
}
