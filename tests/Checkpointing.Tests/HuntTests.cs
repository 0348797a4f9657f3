using Checkpointing.Tests.Exploration;
using Xunit;

namespace Checkpointing.Tests;

public sealed class HuntTests
{
    [Fact]
    public void Hunt()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("HUNT") ?? "0");
        var omitted = Enum.Parse<Omitted>(Environment.GetEnvironmentVariable("OMIT") ?? "Nothing");
        var filter = Environment.GetEnvironmentVariable("FILTER") ?? "";
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var tally = new Dictionary<string, int>();
        string? shortest = null;
        var explorer = new Explorer();
        var first = -1;
        for (var seed = 0; clock.Elapsed.TotalSeconds < seconds; seed++)
        {
            if (explorer.Random(seed, omitted) is not { } broken || !broken.Contains(filter))
                continue;
            if (first < 0)
                first = seed;
            var kind = new string(broken.Split('\n')[0].Split(':', 2)[1].Where(c => !char.IsDigit(c)).ToArray());
            kind = kind[..Math.Min(30, kind.Length)];
            tally[kind] = tally.GetValueOrDefault(kind) + 1;
            if (shortest is null || broken.Split('\n').Length < shortest.Split('\n').Length)
                shortest = broken;
        }
        Console.WriteLine($"{explorer.Steps} steps, {explorer.Schedules} schedules, first {first}");
        foreach (var (k, n) in tally)
            Console.WriteLine($"{n} x {k}");
        Console.WriteLine(shortest);
    }
}
