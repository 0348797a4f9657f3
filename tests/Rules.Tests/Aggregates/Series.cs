using Rules.Aggregates;
using Rules.Engine;

namespace Rules.Tests.Aggregates;

/// <summary>
/// A random series: samples in disorder, some of them twice, at times in bursts and after long silences; clocks that
/// never go back, which also timers and other entities' events move.
/// </summary>
/// <param name="Sample">Null: only the clock went on.</param>
internal readonly record struct Step(Sample? Sample, RuleClock Clock)
{
    public static IEnumerable<Step> Series(
        int seed, int length, bool isOrdered = false, bool isCounter = false, double restarts = 0)
    {
        var random = new Random(seed);
        var (time, newest) = (1_700_000_000_000 + random.Next(1_000_000), long.MinValue);
        var (now, watermark) = (long.MinValue, long.MinValue);
        var lateness = random.Next(3) * 4_000L;
        var disorder = isOrdered ? 0 : random.NextDouble() * 0.5;
        var level = random.Next(2) == 0 ? 0 : 1e6;
        var counter = new Counter(random.Next(), restarts);
        for (var i = 0; i < length; i++)
        {
            if (random.Next(12) == 0 && now > long.MinValue)
            {
                now += random.Next(20_000);
                watermark = Math.Max(watermark, random.Next(2) == 0 ? now - lateness : watermark);
                time = Math.Max(time, now);
                yield return new(null, new(now, watermark));
            }

            time += random.Next(60) == 0 ? random.Next(200_000)
                : random.Next(10) == 0 ? random.Next(3)
                : random.Next(2_000);
            var late = random.NextDouble() < disorder ? random.Next(random.Next(5) == 0 ? 150_000 : 5_000) : 0;
            var at = time - late;
            var number = isCounter ? counter.At(at) : Number(random, level);
            var sample = new Sample(at, number, Rules.Aggregates.Sample.HashOf(Math.Floor(number * 4)));
            newest = Math.Max(newest, at);
            now = Math.Max(now, newest);
            watermark = Math.Max(watermark, newest - lateness);
            for (var times = random.Next(10) == 0 ? 2 : 1; times > 0; times--)
                yield return new(sample, new(now, watermark));
        }
    }

    private static double Number(Random random, double level) => random.Next(8) switch
    {
        0 => 0,
        1 => level + random.Next(-5, 5),
        _ => level + random.NextDouble() * 100 - 20,
    };

    /// <summary>A counter whose value depends on the time alone.</summary>
    private sealed class Counter(int seed, double restarts)
    {
        private const long Period = 1_000;
        private readonly Dictionary<long, double> _values = [];

        public double At(long time)
        {
            var first = 1_700_000_000_000 / Period - 1_000;
            var index = time / Period;
            if (_values.Count == 0)
                _values[first] = 0;
            for (var i = first + _values.Count; i <= index; i++)
            {
                var random = new Random(unchecked(seed * 31 + (int)i));
                _values[i] = random.NextDouble() < restarts ? random.Next(3) : _values[i - 1] + random.Next(5);
            }

            return _values[index];
        }
    }
}
