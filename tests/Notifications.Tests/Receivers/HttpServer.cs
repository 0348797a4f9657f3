using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Notifications.Tests.Receivers;

internal sealed record HttpCall(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, HttpStatusCode Answer)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}

/// <summary>Takes POSTs on a local port, and answers with the statuses that it is given, then with <see cref="Otherwise"/>.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Channel<HttpCall> _calls = Channel.CreateUnbounded<HttpCall>();
    private readonly ConcurrentQueue<HttpStatusCode> _answers = new();
    private readonly Task _loop;

    /// <summary>Held while an answer is written.</summary>
    private readonly SemaphoreSlim _answering = new(1);

    public HttpServer(params HttpStatusCode[] answers)
    {
        foreach (var answer in answers)
            _answers.Enqueue(answer);
        (_listener, Url) = Listen();
        _loop = RunAsync();
    }

    public string Url { get; }

    public HttpStatusCode Otherwise { get; set; } = HttpStatusCode.OK;

    /// <summary>Before each answer.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>Calls that <see cref="NextAsync"/> has not given yet.</summary>
    public int Waiting => _calls.Reader.Count;

    /// <summary>With the header Retry-After, in seconds; 0: without.</summary>
    public int RetryAfter { get; init; }

    public async Task<HttpCall> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await _calls.Reader.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _answering.WaitAsync();
        _listener.Close();
        _answering.Release();
        await _loop;
        _answering.Dispose();
    }

    private static (HttpListener Listener, string Url) Listen()
    {
        for (var attempt = 0; ; attempt++)
        {
            // Another process may take the port between the two.
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            probe.Stop();
            var listener = new HttpListener { Prefixes = { $"{url}/" } };
            try
            {
                listener.Start();
                return (listener, url);
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                listener.Close();
            }
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await _answering.WaitAsync();
            try
            {
                await AnswerAsync(context);
            }
            finally
            {
                _answering.Release();
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var headers = context.Request.Headers.AllKeys.ToDictionary(k => k!, k => context.Request.Headers[k]!);
        if (Pause > TimeSpan.Zero) await Task.Delay(Pause);
        if (!_answers.TryDequeue(out var answer)) answer = Otherwise;
        context.Response.StatusCode = (int)answer;
        if (RetryAfter > 0)
            context.Response.Headers["Retry-After"] = $"{RetryAfter}";
        context.Response.Close("no!"u8.ToArray(), willBlock: true);
        await _calls.Writer.WriteAsync(new(context.Request.RawUrl!, headers, body.ToArray(), answer));
    }
}
