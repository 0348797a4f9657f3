using Rules.Language;

namespace FlinkWindows;

/// <summary>What both sides are asked. Durations are milliseconds.</summary>
/// <param name="Disorder">How long an event comes after later ones of its partition at most, and how long windows wait; below the gap.</param>
/// <param name="Size">Of tumbling windows.</param>
/// <param name="Gap">Of sessions.</param>
internal sealed record Plan(long Records, int Keys, int Seed, long Disorder = 4000, long Size = 10_000, long Gap = 6000)
{
    private const int Partitions = 8;
    private const long Start = 1_790_000_000_000;

    public RuleField Value { get; } = new("value", RuleType.Number, 0);

    public RuleField At { get; } = new("at", RuleType.Number, 1);

    public string Declaration => $"{{ {Value.Name}: number, {At.Name}: number }}";

    /// <summary>The events, an average of five seconds apart of each key. Values are quarters, so that sums do not depend on their order.</summary>
    public IEnumerable<(int Partition, string Key, long Time, double Value)> Events()
    {
        var random = new Random(Seed);
        var step = 5000.0 / Keys;
        for (var i = 0L; i < Records; i++)
        {
            var key = random.Next(Keys);
            var time = Start + (long)(i * step) - random.NextInt64(Disorder);
            yield return (key % Partitions, $"k{key}", time, random.Next(-4000, 4000) / 4.0);
        }
    }
}
