using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using HBase.Client.Connection;
using HBase.Client.Operations;
using HBase.Client.Routing;

namespace HBase.Client.Diagnostics;

/// <summary>The library's meter. Nothing is allocated, nor any time read, for an instrument that nobody listens to.</summary>
internal static class ClientMetrics
{
    public const string MeterName = "Granary.HBase.Client";

    private static readonly Meter _meter = new(MeterName);

    private static readonly Histogram<double> _calls = _meter.CreateHistogram<double>(
        "hbase.client.call.duration", "s", "Time of a call to a server, from handing over to answer.");

    private static readonly Counter<long> _retries = _meter.CreateCounter<long>(
        "hbase.client.retries", "{attempt}", "Operations and calls that are tried again.");

    private static readonly Histogram<int> _batches = _meter.CreateHistogram<int>(
        "hbase.client.batch.size", "{operation}", "Operations in one call.");

    private static readonly Counter<long> _cache = _meter.CreateCounter<long>(
        "hbase.client.region_cache", "{lookup}", "Regions that were looked for in the cache.");

    private static readonly KeyValuePair<string, object?> _hit = new("result", "hit");
    private static readonly KeyValuePair<string, object?> _miss = new("result", "miss");

    // The clients that are open.
    private static readonly ConcurrentDictionary<Dispatcher, bool> _open = new();

    static ClientMetrics()
    {
        _meter.CreateObservableGauge(
            "hbase.client.queue.depth", Depths, "{operation}", "Operations that wait for a call, by server and kind.");
        _meter.CreateObservableGauge(
            "hbase.client.queue.bytes", () => _open.Keys.Sum(client => client.Gate.UsedBytes), "By",
            "Bytes of all operations that wait or are under way, about.");
    }

    public static void Watch(Dispatcher client) => _open[client] = true;

    public static void Forget(Dispatcher client) => _open.TryRemove(client, out _);

    /// <summary>A call has ended.</summary>
    /// <param name="outcome"><c>ok</c>, <c>timeout</c>, <c>cancelled</c>, or what <see cref="Reason"/> says.</param>
    public static void Called(string method, ServerAddress server, TimeSpan elapsed, string outcome)
    {
        var tags = new TagList
        {
            { "rpc.method", method },
            { "server.address", server.Host },
            { "server.port", server.Port },
            { "outcome", outcome },
        };
        _calls.Record(elapsed.TotalSeconds, tags);
    }

    /// <summary>Whether <see cref="Called"/> does anything.</summary>
    public static bool CountsCalls => _calls.Enabled;

    /// <summary>An operation or a call is about to be tried again.</summary>
    public static void Retried(Failure failure)
    {
        if (_retries.Enabled) _retries.Add(1, new KeyValuePair<string, object?>("reason", Reason(failure)));
    }

    public static void Batch(string method, int operations)
    {
        if (_batches.Enabled) _batches.Record(operations, new KeyValuePair<string, object?>("rpc.method", method));
    }

    public static void Looked(bool found)
    {
        if (_cache.Enabled) _cache.Add(1, found ? _hit : _miss);
    }

    /// <summary>The server's exception without its package, or <c>connection</c> when no server answered.</summary>
    public static string Reason(Failure failure) =>
        failure.ServerException is { } name ? name[(name.LastIndexOf('.') + 1)..] : "connection";

    private static IEnumerable<Measurement<int>> Depths()
    {
        foreach (var client in _open.Keys)
        {
            foreach (var (server, kind, waiting) in client.Depths())
            {
                yield return new Measurement<int>(
                    waiting, new("server.address", server.Host), new("server.port", server.Port), new("kind", kind));
            }
        }
    }
}
