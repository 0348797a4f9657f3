using System.Diagnostics;
using System.Text.Json.Nodes;

namespace HBaseLoad;

/// <summary>Runs an operation so many times with so many in flight, and says how long all and each took.</summary>
internal static class Clock
{
    /// <summary>The figures as the peer prints them, with the processor time of this process for one.</summary>
    /// <param name="units">What one call counts for.</param>
    public static async Task<JsonObject> RunAsync(string op, int calls, int depth, int units, Func<int, ValueTask> call)
    {
        var took = new long[calls];
        var next = -1;
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(depth, calls)).Select(_ => Task.Run(WorkAsync)));
        var elapsed = Stopwatch.GetElapsedTime(started);
        Array.Sort(took);
        return Figures(op, (long)calls * units, elapsed, Environment.CpuUsage.TotalTime - cpu, took);

        async Task WorkAsync()
        {
            for (var i = Interlocked.Increment(ref next); i < calls; i = Interlocked.Increment(ref next))
            {
                var sent = Stopwatch.GetTimestamp();
                await call(i);
                took[i] = Stopwatch.GetTimestamp() - sent;
            }
        }
    }

    /// <param name="sorted">Of each call, in ticks of the stopwatch.</param>
    public static JsonObject Figures(string op, long count, TimeSpan elapsed, TimeSpan cpu, long[] sorted) => new()
    {
        ["client"] = "dotnet",
        ["op"] = op,
        ["n"] = count,
        ["per_s"] = Math.Round(count / elapsed.TotalSeconds),
        ["p50_us"] = Micros(sorted, 0.5),
        ["p99_us"] = Micros(sorted, 0.99),
        ["cpu_us"] = Math.Round(cpu.TotalMicroseconds / count, 2),
    };

    private static long Micros(long[] sorted, double part) => sorted.Length == 0
        ? -1
        : (long)TimeSpan.FromSeconds(sorted[(int)(sorted.Length * part)] / (double)Stopwatch.Frequency).TotalMicroseconds;
}
