using Rules.Aggregates;
using Rules.Engine;
using Rules.Language;

namespace Rules.Tests.Aggregates;

public class NextChangeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Until_the_next_change_a_value_does_not_change(int seed)
    {
        foreach (var spec in Specs.All)
        {
            var random = new Random(seed);
            var aggregate = Rules.Aggregates.Aggregates.Create(spec);
            foreach (var step in Step.Series(seed, 150))
            {
                if (step.Sample is { } sample)
                    aggregate.Add(sample, step.Clock);
                Wait(aggregate, spec, step.Clock, random);
            }
        }
    }

    [Theory]
    [InlineData(WindowShape.Sliding)]
    [InlineData(WindowShape.Tumbling)]
    [InlineData(WindowShape.Hopping)]
    public void At_the_next_change_of_a_count_it_changes_and_after_the_last_it_stays(WindowShape shape)
    {
        var window = new WindowSpec(shape, 60_000, shape == WindowShape.Hopping ? 10_000 : 0, 0, 0);
        var count = Rules.Aggregates.Aggregates.Create(Specs.Of(AggregateFunction.Count, window));
        var random = new Random(7);
        for (var time = 1_000_000L; time < 1_100_000; time += random.Next(30_000))
            for (var i = 1 << (int)(time / 10_000 % 10); i > 0; i--)
                count.Add(new(time, 0, 0), new(time, long.MinValue));
        var clock = new RuleClock(1_100_000, 900_000);
        var changes = 0;
        for (; count.NextChange(clock) is < long.MaxValue and var next; changes++)
        {
            var before = count.Value(clock);
            clock = shape == WindowShape.Sliding ? clock with { Now = next } : clock with { Watermark = next };
            Assert.NotEqual(before, count.Value(clock));
        }

        Assert.InRange(changes, shape == WindowShape.Tumbling ? 2 : 4, 30);
        Assert.Equal(0, count.Value(clock));
        Assert.Equal(0, count.Value(new(long.MaxValue, long.MaxValue)));
    }

    private static void Wait(Aggregate aggregate, AggregateSpec spec, RuleClock clock, Random random)
    {
        var isOfWatermark = spec.Window.Shape is WindowShape.Tumbling or WindowShape.Hopping;
        for (var i = 0; i < 4; i++)
        {
            var from = isOfWatermark ? clock.Watermark : clock.Now;
            var next = aggregate.NextChange(clock);
            Assert.True(next > from, $"{spec}: {next} is not after {from}");
            var value = aggregate.Value(clock);
            var until = Math.Min(next - 1, from + 100_000_000);
            foreach (var to in new[] { until, random.NextInt64(from, until + 1) })
            {
                var later = isOfWatermark ? clock with { Watermark = to } : clock with { Now = to };
                Assert.Equal(value, aggregate.Value(later));
                Assert.Equal(next, aggregate.NextChange(later));
            }

            if (next == long.MaxValue)
                return;
            clock = isOfWatermark ? clock with { Watermark = next } : clock with { Now = next };
        }
    }
}
