using System.Net.Http.Headers;
using System.Text;
using HBase.Client.Connection;
using HBase.Client.Security;

namespace HBase.Client.Rest;

/// <summary>
/// Sends calls to the gateways: to the one that answered last, and after a failure to the next one, until the operation's time
/// is over. What may have been applied and is not idempotent is never sent again.
/// </summary>
internal sealed class RestGateways : IDisposable
{
    // Below the time after which gateways close idle connections (30 s): a call on one that is being closed would be lost.
    private static readonly TimeSpan _idleTimeout = TimeSpan.FromSeconds(10);

    private static readonly MediaTypeHeaderValue _protobuf = new("application/x-protobuf");

    private readonly HBaseRestOptions _options;
    private readonly Uri[] _gateways;
    private readonly HttpClient _http;
    private int _preferred;

    public RestGateways(HBaseRestOptions options, TimeProvider time)
    {
        _options = options;
        Time = time;
        _gateways = [.. options.Gateways.Select(g => new Uri(g.EndsWith('/') ? g : g + "/"))];
        // Clients spread over the gateways.
        _preferred = Random.Shared.Next(_gateways.Length);
        Policy = new RetryPolicy(
            new HBaseClientOptions
            {
                CallTimeout = options.CallTimeout,
                OperationTimeout = options.OperationTimeout,
                RetryPause = options.RetryPause,
                MaxRetryPause = options.MaxRetryPause,
            },
            time);
        _http = new HttpClient(CreateHandler(options)) { MaxResponseContentBufferSize = options.MaxResponseBytes };
        _http.Timeout = Timeout.InfiniteTimeSpan;
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/x-protobuf");
        if (options.User is null) return;
        var user = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}"));
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", user);
    }

    public TimeProvider Time { get; }

    public RetryPolicy Policy { get; }

    /// <summary>Sends a call until it is answered; any gateway will do.</summary>
    public async Task<RestAnswer> SendAsync(
        RestCall call, CancellationToken cancellationToken, TimeSpan? callTimeout = null)
    {
        var deadline = Policy.Start();
        var maybeExecuted = false;
        for (var attempt = 0; ; attempt++)
        {
            var gateway = Volatile.Read(ref _preferred);
            var (answer, failure) = await TryAsync(gateway, call, callTimeout ?? _options.CallTimeout, cancellationToken)
                .ConfigureAwait(false);
            if (failure is null) return answer!;
            maybeExecuted |= failure.MaybeExecuted && call.Effect != RestEffect.None;
            if (failure.IsFinal || (maybeExecuted && call.Effect == RestEffect.Once) || deadline.HasPassed)
            {
                // A refusal is an answer, unless an earlier attempt may have come through.
                var unknown = maybeExecuted && (call.Effect == RestEffect.Once || !failure.IsFinal);
                var how = $"failed after {deadline.Elapsed.TotalMilliseconds:F0} ms and {attempt + 1} attempts";
                throw RestErrors.Create(call, _gateways[gateway], failure, unknown, how);
            }

            Interlocked.CompareExchange(ref _preferred, (gateway + 1) % _gateways.Length, gateway);
            if (attempt + 1 < _gateways.Length) continue; // the next gateway may be well
            await Task.Delay(Policy.Pause(attempt, failure), Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a call once, to one gateway. The answer, or why there is none.</summary>
    public async Task<(RestAnswer? Answer, Failure? Failure)> TryAsync(
        int gateway, RestCall call, TimeSpan callTimeout, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(callTimeout, Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(call.Method, new Uri(_gateways[gateway], call.Path));
            if (call.Body is { } body)
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = _protobuf } };
            using var response = await _http.SendAsync(request, linked.Token).ConfigureAwait(false);
            var bytes = await response.Content.ReadAsByteArrayAsync(linked.Token).ConfigureAwait(false);
            var failure = RestErrors.Of(response.StatusCode, bytes);
            return (new RestAnswer(response.StatusCode, bytes, response.Headers.Location, gateway), failure);
        }
        catch (HttpRequestException e)
        {
            return (null, RestErrors.Of(e));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new Failure(FailureAction.Relocate, MaybeExecuted: true, $"no answer within {callTimeout}"));
        }
    }

    public Uri Address(int gateway) => _gateways[gateway];

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler CreateHandler(HBaseRestOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = _idleTimeout,
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        if (options.Tls is { } tls) handler.SslOptions = TlsHandshake.Create("", tls);
        return handler;
    }
}
