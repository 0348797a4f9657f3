using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Load.Recommendations;

/// <summary>Latencies of a known number of queries. Safe from any thread.</summary>
internal sealed class Latencies(int expected)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly (long Due, double Milliseconds)[] _queries = new (long, double)[expected];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _answered;
    private int _ended;
    private int _errors;

    public int Errors => _errors;

    /// <summary>A query is answered.</summary>
    /// <param name="due">When it was to be asked, of <see cref="Stopwatch"/>.</param>
    public void Add(long due)
    {
        _queries[Interlocked.Increment(ref _answered) - 1] = (due, Stopwatch.GetElapsedTime(due).TotalMilliseconds);
        End();
    }

    public void Fail(Exception error)
    {
        if (Interlocked.Increment(ref _errors) <= 3) Console.Error.WriteLine(error.Message);
        End();
    }

    /// <summary>Waits until all have ended.</summary>
    /// <exception cref="TimeoutException">They do not.</exception>
    public Task AllAsync(CancellationToken cancellationToken) => _all.Task.WaitAsync(Limit, cancellationToken);

    public JsonObject ToJson()
    {
        var sorted = Array.ConvertAll(_queries[.._answered], static query => query.Milliseconds);
        Array.Sort(sorted);
        return new()
        {
            ["queries"] = _ended,
            ["p50_ms"] = At(0.5),
            ["p90_ms"] = At(0.9),
            ["p99_ms"] = At(0.99),
            ["max_ms"] = At(1),
            ["errors"] = _errors,
        };

        double At(double part) => sorted.Length == 0 ? 0 : Math.Round(sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))], 2);
    }

    /// <summary>Writes a line for each query, in the order in which they were due: when, after the first of them, and its latency, in milliseconds.</summary>
    public async Task WriteAsync(string path)
    {
        var queries = _queries[.._answered];
        Array.Sort(queries);
        await File.WriteAllLinesAsync(path, queries.Select(query => string.Create(
            CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(queries[0].Due, query.Due).TotalMilliseconds:F1}\t{query.Milliseconds:F2}")));
    }

    private void End()
    {
        if (Interlocked.Increment(ref _ended) == expected) _all.TrySetResult();
    }
}
