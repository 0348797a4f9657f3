using System.Collections.Concurrent;
using HBase.Client;

namespace HBaseFaults.Load;

/// <summary>What happened from one moment to another. All members may be called concurrently.</summary>
internal sealed class Tally
{
    private const int MostComplaints = 20;

    private static int _complaints;

    private readonly ConcurrentDictionary<string, long> _errors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _retries = new(StringComparer.Ordinal);
    private long _operations;
    private long _wrong;
    private long _lost;
    private long _untyped;
    private long _slowestTicks;

    public long Operations => Volatile.Read(ref _operations);

    /// <summary>By the exception's name.</summary>
    public IReadOnlyDictionary<string, long> Errors => _errors;

    /// <summary>By the reason that the client's metric names.</summary>
    public IReadOnlyDictionary<string, long> Retries => _retries;

    public long Unknown => _errors.GetValueOrDefault(nameof(HBaseOutcomeUnknownException));

    public long Wrong => Volatile.Read(ref _wrong);

    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Errors that are not of a type which the client declares.</summary>
    public long Untyped => Volatile.Read(ref _untyped);

    public TimeSpan Slowest => TimeSpan.FromTicks(Volatile.Read(ref _slowestTicks));

    public void Ended(TimeSpan elapsed)
    {
        Interlocked.Increment(ref _operations);
        long slowest;
        while (elapsed.Ticks > (slowest = Volatile.Read(ref _slowestTicks)))
            Interlocked.CompareExchange(ref _slowestTicks, elapsed.Ticks, slowest);
    }

    public void Failed(Exception error)
    {
        var isFirst = _errors.AddOrUpdate(error.GetType().Name, 1, (_, count) => count + 1) == 1;
        if (error is HBaseException)
        {
            if (isFirst) Console.Error.WriteLine($"  the first {error.GetType().Name}: {error.Message}");
            return;
        }

        Interlocked.Increment(ref _untyped);
        Complain($"UNTYPED: {error}");
    }

    public void Retried(string reason, long times) => _retries.AddOrUpdate(reason, times, (_, count) => count + times);

    public void WasLost(string what)
    {
        Interlocked.Increment(ref _lost);
        Complain($"LOST: {what}");
    }

    public void WasWrong(string what)
    {
        Interlocked.Increment(ref _wrong);
        Complain($"WRONG: {what}");
    }

    private static void Complain(string text)
    {
        if (Interlocked.Increment(ref _complaints) <= MostComplaints) Console.Error.WriteLine(text);
    }
}
