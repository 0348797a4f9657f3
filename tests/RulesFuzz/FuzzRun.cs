using System.Diagnostics;
using System.Globalization;

namespace RulesFuzz;

/// <summary>Tries files until enough of them were malformed. Writes each failure with the file that caused it.</summary>
internal sealed class FuzzRun(long count, int seed)
{
    /// <summary>The longest that one file may take.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    /// <summary>When a file is given up, and the run with it.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    private const int MaxFailures = 20;

    private long _index;
    private long _begun = Stopwatch.GetTimestamp();

    public int Run()
    {
        long malformed = 0, good = 0;
        var failures = 0;
        var slowest = TimeSpan.Zero;
        using var watchdog = new Timer(_ => EndIfItHangs(), null, Hang, TimeSpan.FromSeconds(1));
        for (; malformed < count && failures < MaxFailures; Interlocked.Increment(ref _index))
        {
            var text = Mutator.Make(seed, _index);
            Interlocked.Exchange(ref _begun, Stopwatch.GetTimestamp());
            var outcome = FuzzCase.Run(text, out var failure);
            var took = Stopwatch.GetElapsedTime(_begun);
            slowest = took > slowest ? took : slowest;
            malformed += outcome == Outcome.Malformed ? 1 : 0;
            good += outcome == Outcome.Good ? 1 : 0;
            if (took > Slow)
                failure = $"took {took.TotalSeconds:F1} s; {failure}";
            if (failure.Length > 0)
                Tell(++failures, text, failure);
            if (_index % 100_000 == 99_999)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_index + 1} files, {malformed} malformed"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_index} files of seed {seed}: {malformed} malformed, {good} good, {failures} failures; slowest {slowest.TotalMilliseconds:F0} ms"));
        return failures == 0 ? 0 : 1;
    }

    /// <summary>One file, whose text is written too.</summary>
    public int Only(long index)
    {
        var text = Mutator.Make(seed, index);
        Console.WriteLine(text);
        Console.WriteLine($"{FuzzCase.Run(text, out var failure)} {failure}");
        return failure.Length == 0 ? 0 : 1;
    }

    private void Tell(int number, string text, string failure) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"--- failure {number}, --seed {seed} --only {_index}: {failure}\n{text}\n---"));

    private void EndIfItHangs()
    {
        if (Stopwatch.GetElapsedTime(Interlocked.Read(ref _begun)) < Hang)
            return;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"hangs: --seed {seed} --only {Interlocked.Read(ref _index)}"));
        Environment.Exit(1);
    }
}
