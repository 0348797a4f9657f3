using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Load.Recommendations;

/// <summary>
/// Runs something at fixed times, whatever it takes: what is late is done at once. A timer of .NET would add a millisecond.
/// </summary>
internal static class Pacer
{
    /// <param name="perSecond">How often.</param>
    /// <param name="together">What is due in the same span of so long is done at its end: a thread is woken for it once.</param>
    /// <param name="action">Gets the time when it was due, of <see cref="Stopwatch"/>.</param>
    public static Task RunAsync(long perSecond, long count, TimeSpan together, Action<long> action, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () =>
        {
            var began = Stopwatch.GetTimestamp();
            var span = Math.Max(1, (long)(together.TotalSeconds * Stopwatch.Frequency));
            for (long i = 0; i < count; i++)
            {
                var due = began + (long)((double)i / perSecond * Stopwatch.Frequency);
                WaitUntil(began + ((due - began + span - 1) / span * span));
                cancellationToken.ThrowIfCancellationRequested();
                action(due);
            }
        },
        cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void WaitUntil(long due)
    {
        var left = due - Stopwatch.GetTimestamp();
        if (left <= 0) return;
        var span = new TimeSpec(0, (long)(left * 1e9 / Stopwatch.Frequency));
        if (span.Nanoseconds >= 1_000_000_000) span = new(span.Nanoseconds / 1_000_000_000, span.Nanoseconds % 1_000_000_000);
        _ = NanoSleep(in span, 0); // woken too early by a signal, it is early
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in TimeSpec span, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
