using Rules.Aggregates;
using Rules.Engine;
using Rules.Language;

namespace Rules.Tests.Aggregates;

/// <summary>What the documentation says, by example.</summary>
public class DefinitionTests
{
    private const long Minute = 60_000;

    [Fact]
    public void A_sliding_window_is_the_current_pane_and_the_60_before_it()
    {
        var count = Create(AggregateFunction.Count, Specs.Sliding(5 * Minute));
        Add(count, (1_000_000, 1), (1_004_999, 1), (1_005_000, 1));
        Assert.Equal(3, count.Value(At(1_304_999)));
        Assert.Equal(1, count.Value(At(1_305_000)));
        Assert.Equal(1, count.Value(At(1_309_999)));
        Assert.Equal(0, count.Value(At(1_310_000)));
        Assert.Equal(1_305_000, count.NextChange(At(1_100_000)));
    }

    [Fact]
    public void An_offset_of_a_day_makes_panes_of_a_minute()
    {
        var count = Create(AggregateFunction.Count, Specs.Sliding(5 * Minute, 1440 * Minute));
        Add(count, (100 * Minute, 1));
        Assert.Equal(100 * Minute + 1440 * Minute, count.NextChange(At(100 * Minute)));
        Assert.Equal(0, count.Value(At(1540 * Minute - 1)));
        Assert.Equal(1, count.Value(At(1540 * Minute)));
        Assert.Equal(1, count.Value(At(1546 * Minute - 1)));
        Assert.Equal(0, count.Value(At(1546 * Minute)));
    }

    [Fact]
    public void A_tumbling_window_counts_once_the_watermark_is_at_its_end_and_is_missing_before_the_first()
    {
        var count = Create(AggregateFunction.Count, Specs.Tumbling(Minute));
        Add(count, (10 * Minute + 5, 1), (10 * Minute + 6, 1));
        Assert.Equal(double.NaN, count.Value(At(11 * Minute - 1)));
        Assert.Equal(11 * Minute, count.NextChange(At(11 * Minute - 1)));
        Assert.Equal(2, count.Value(At(11 * Minute)));
        Assert.Equal(0, count.Value(At(12 * Minute)));
    }

    [Fact]
    public void A_late_sample_corrects_the_windows_that_it_still_reaches()
    {
        var count = Create(AggregateFunction.Count, Specs.Tumbling(Minute));
        Assert.True(count.Add(new(10 * Minute, 0, 0), At(10 * Minute)));
        Assert.Equal(1, count.Value(At(11 * Minute)));
        Assert.True(count.Add(new(10 * Minute + 1, 0, 0), At(11 * Minute)));
        Assert.Equal(2, count.Value(At(11 * Minute)));
        Assert.False(count.Add(new(10 * Minute + 1, 0, 0), At(12 * Minute)));
    }

    [Fact]
    public void Sessions_are_joined_by_a_sample_that_touches_both()
    {
        var sum = Create(AggregateFunction.Sum, Specs.Session(Minute));
        var clock = new RuleClock(3 * Minute, 0);
        sum.Add(new(Minute, 1, 0), clock);
        sum.Add(new(3 * Minute, 2, 0), clock);
        Assert.Equal(2, sum.Value(clock));
        sum.Add(new(2 * Minute, 4, 0), clock);
        Assert.Equal(7, sum.Value(clock));
    }

    [Fact]
    public void A_session_that_nothing_can_join_any_more_is_forgotten()
    {
        var sum = Create(AggregateFunction.Sum, Specs.Session(Minute));
        sum.Add(new(Minute, 1, 0), new(Minute, 0));
        sum.Add(new(3 * Minute, 2, 0), new(3 * Minute, 2 * Minute + 1));
        Assert.False(sum.Add(new(2 * Minute - 1, 4, 0), new(3 * Minute, 3 * Minute)));
        Assert.True(sum.Add(new(2 * Minute, 4, 0), new(3 * Minute, 3 * Minute)));
        Assert.Equal(6, sum.Value(At(3 * Minute)));
    }

    [Fact]
    public void A_counter_that_restarts_grows_on_from_0()
    {
        foreach (var window in new[] { Specs.Sliding(Minute), Specs.Session(Minute), Specs.Last(4) })
        {
            var (increase, rate) = (Create(AggregateFunction.Increase, window), Create(AggregateFunction.Rate, window));
            var delta = Create(AggregateFunction.Delta, window);
            foreach (var aggregate in new[] { increase, rate, delta })
            {
                Add(aggregate, (1_000_000, 100));
                Assert.Equal(double.NaN, aggregate.Value(At(1_000_000)));
                Add(aggregate, (1_010_000, 130), (1_020_000, 10), (1_030_000, 15));
            }

            Assert.Equal(45, increase.Value(At(1_030_000)));
            Assert.Equal(1.5, rate.Value(At(1_030_000)));
            Assert.Equal(-85, delta.Value(At(1_030_000)));
        }
    }

    [Fact]
    public void Of_nothing_a_count_is_0_and_all_else_is_missing()
    {
        foreach (var spec in Specs.All)
        {
            var isOfWatermark = spec.Window.Shape is WindowShape.Tumbling or WindowShape.Hopping;
            var isCount = spec.Function == AggregateFunction.Count && !isOfWatermark;
            Assert.Equal(isCount ? 0 : double.NaN, Rules.Aggregates.Aggregates.Create(spec).Value(At(1_000_000)));
        }
    }

    [Fact]
    public void Neither_large_means_nor_long_epochs_cost_digits()
    {
        var slope = Create(AggregateFunction.Slope, Specs.Sliding(Minute));
        var stddev = Create(AggregateFunction.Stddev, Specs.Sliding(Minute));
        for (var i = 0; i < 100_000; i++)
        {
            Add(slope, (1_700_000_000_000 + i * 100, 1e9 + i));
            Add(stddev, (1_700_000_000_000 + i * 100, 1e9 + i % 2));
        }

        Assert.Equal(10, slope.Value(At(1_700_009_999_900)), 1e-6);
        Assert.Equal(0.5, stddev.Value(At(1_700_009_999_900)), 1e-6);
    }

    [Fact]
    public void What_is_not_finite_is_passed_over_and_what_overflows_is_missing()
    {
        var sum = Create(AggregateFunction.Sum, Specs.Last(2));
        Add(sum, (1, 1), (2, double.NaN), (3, double.PositiveInfinity));
        Assert.Equal(1, sum.Value(At(3)));
        Add(sum, (4, double.MaxValue), (5, double.MaxValue));
        Assert.Equal(double.NaN, sum.Value(At(5)));
        Add(sum, (6, 1), (7, 1));
        Assert.Equal(2, sum.Value(At(7)));
    }

    [Fact]
    public void Times_at_the_ends_of_the_integers_are_taken_as_far_away()
    {
        foreach (var spec in Specs.All)
        {
            var aggregate = Rules.Aggregates.Aggregates.Create(spec);
            foreach (var time in new[] { long.MinValue, long.MinValue + 1, 0, long.MaxValue - 1, long.MaxValue })
            {
                var clock = new RuleClock(time, time);
                aggregate.Add(new(time, 1, 1), clock);
                Assert.True(double.IsNaN(aggregate.Value(clock)) || double.IsFinite(aggregate.Value(clock)));
                _ = aggregate.NextChange(clock);
                AggregateTests.Decode(spec, AggregateTests.Encode(aggregate));
            }
        }
    }

    [Theory]
    [InlineData(WindowShape.Sliding, 0, 0, 0, 0)]
    [InlineData(WindowShape.Hopping, 60, 7, 0, 0)]
    [InlineData(WindowShape.Hopping, 60, 0, 0, 0)]
    [InlineData(WindowShape.Hopping, 1441, 1, 0, 0)]
    [InlineData(WindowShape.Tumbling, 60, 0, 0, 86_400)]
    [InlineData(WindowShape.Session, 60, 0, 0, 1)]
    [InlineData(WindowShape.LastN, 0, 0, 0, 0)]
    [InlineData(WindowShape.LastN, 0, 0, 10_001, 0)]
    [InlineData(WindowShape.None, 60, 0, 0, 0)]
    public void A_window_that_cannot_be_is_refused(WindowShape shape, long size, long step, int count, long offset)
    {
        var spec = Specs.Of(AggregateFunction.Avg, new(shape, size, step, count, offset));
        Assert.NotNull(WindowLimits.Problem(spec));
        Assert.Throws<ArgumentException>(() => Rules.Aggregates.Aggregates.Create(spec));
    }

    private static RuleClock At(long time) => new(time, time);

    private static Aggregate Create(AggregateFunction function, WindowSpec window) =>
        Rules.Aggregates.Aggregates.Create(Specs.Of(function, window));

    private static void Add(Aggregate aggregate, params (long Time, double Number)[] samples)
    {
        foreach (var (time, number) in samples)
            Assert.True(aggregate.Add(new(time, number, 0), At(time)));
    }
}
