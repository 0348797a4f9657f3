using Rules.Engine;
using Rules.Language;
using Rules.Patterns;

namespace Rules.Tests.Patterns;

/// <summary>Random patterns over random streams, against plain matchers.</summary>
public sealed class SequencePatternProperties
{
    private const int Streams = 3_000;

    [Fact]
    public void In_order_it_finds_what_a_walk_over_the_whole_stream_finds()
    {
        var matches = 0;
        for (var seed = 0; seed < Streams; seed++)
        {
            var random = new Random(seed);
            var spec = RandomSpec(random);
            var (pattern, plain) = (new SequencePattern(spec), new WalkMatcher(spec));
            foreach (var e in Stream(random, spec, disorder: 0))
            {
                var expected = plain.Observe(e);
                Assert.True(expected == Observe(pattern, e), $"seed {seed}, {e}");
                Assert.False(pattern.WasLate);
                matches += expected ? 1 : 0;
            }
        }

        Assert.InRange(matches, Streams, int.MaxValue);
    }

    [Fact]
    public void Disordered_and_decoded_at_any_point_it_finds_what_a_list_of_all_matches_finds()
    {
        var (matches, late) = (0, 0);
        for (var seed = 0; seed < Streams; seed++)
        {
            var random = new Random(seed);
            var spec = RandomSpec(random);
            var (pattern, decoded, plain) = (new SequencePattern(spec), new SequencePattern(spec), new ListMatcher(spec));
            foreach (var e in Stream(random, spec, disorder: random.Next(40)))
            {
                var expected = plain.Observe(e);
                Assert.True(expected == Observe(pattern, e), $"seed {seed}, {e}");
                Assert.Equal(expected, Observe(decoded, e));
                Assert.Equal(plain.WasLate, pattern.WasLate);
                matches += expected ? 1 : 0;
                late += plain.WasLate ? 1 : 0;
                if (random.Next(3) == 0)
                    decoded = Again(decoded, spec);
            }

            Assert.Equal(Pattern.Bytes(pattern), Pattern.Bytes(decoded));
        }

        Assert.InRange(matches, Streams, int.MaxValue);
        Assert.InRange(late, Streams, int.MaxValue);
    }

    private static SequencePattern Again(SequencePattern pattern, PatternSpec spec)
    {
        var again = new SequencePattern(spec);
        Pattern.Read(again, Pattern.Bytes(pattern));
        return again;
    }

    private static PatternSpec RandomSpec(Random random)
    {
        var count = random.Next(1, 5);
        var steps = new List<string>();
        for (var i = 0; i < count; i++)
        {
            while (i > 0 && random.Next(3) == 0)
                steps.Add("!x");
            steps.Add(random.Next(2) == 0 ? "x" : $"x*{random.Next(1, 5)}");
        }

        return Pattern.Spec(string.Join(' ', steps), random.Next(10, 120));
    }

    private static IEnumerable<PatternEvent> Stream(Random random, PatternSpec spec, int disorder)
    {
        var (time, now) = (1_000L, 1_000L);
        for (var i = 0; i < 120; i++)
        {
            time += random.Next(8);
            var at = time - (random.Next(3) == 0 ? random.Next(disorder + 1) : 0);
            now = Math.Max(now, at);
            var holds = 0UL;
            for (var step = 0; step < spec.Steps.Length; step++)
                if (random.Next(spec.Steps[step].IsNegated ? 8 : 3) == 0)
                    holds |= 1UL << step;
            yield return new(at, holds, now - disorder / 2);
        }
    }

    private static bool Observe(SequencePattern pattern, PatternEvent e) =>
        pattern.Observe(e.Time, e.Holds, new RuleClock(e.Time, e.Watermark));
}
