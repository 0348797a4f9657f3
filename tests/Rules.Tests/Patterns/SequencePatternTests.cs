using System.Collections.Immutable;
using Rules.Engine;
using Rules.Language;
using Rules.Patterns;

namespace Rules.Tests.Patterns;

public sealed class SequencePatternTests
{
    [Theory]
    [InlineData("a b", "a@1 b@2", "2")]
    [InlineData("a b", "b@1 a@2", "")]
    [InlineData("a b", "a@1 x@2 a@3 b@4", "4")]
    [InlineData("a", "a@1 x@2 a@3", "1 3")]
    [InlineData("a b c", "a@1 c@2 b@3 c@4", "4")]
    [InlineData("a*5 b", "a@1 a@2 x@3 a@4 a@5 a@6 b@7", "7")]
    [InlineData("a*5 b", "a@1 a@2 a@4 a@5 b@7", "")]
    [InlineData("a*2 b*3", "a@1 b@2 a@3 b@4 b@5 a@6 b@7 b@8", "7")]
    public void Steps_come_in_order_and_others_are_passed_over(string steps, string events, string matches) =>
        Assert.Equal(matches, Pattern.Matches(steps, 100, events));

    [Theory]
    [InlineData("ab@1", "")]
    [InlineData("ab@1 ab@2", "2")]
    [InlineData("ab@1 ab@2 ab@3 ab@4", "2 4")]
    public void One_event_moves_a_match_by_one_place_only(string events, string matches) =>
        Assert.Equal(matches, Pattern.Matches("a b", 100, events));

    [Theory]
    [InlineData("a@0 b@100", "100")]
    [InlineData("a@0 b@101", "")]
    [InlineData("a@0 a@50 b@101", "101")]
    [InlineData("a@0 a@50 b@151", "")]
    public void Within_is_from_the_first_event_to_the_last_inclusive(string events, string matches) =>
        Assert.Equal(matches, Pattern.Matches("a b", 100, events));

    [Fact]
    public void Times_slide_so_that_early_events_do_not_use_up_the_time() =>
        Assert.Equal("300", Pattern.Matches("a*3 b", 100, "a@0 a@90 a@210 a@220 a@230 b@300"));

    [Theory]
    [InlineData("a !r b", "a@1 r@2 b@3", "")]
    [InlineData("a !r b", "r@0 a@1 b@3", "3")]
    [InlineData("a !r b", "a@1 r@2 a@3 b@4", "4")]
    [InlineData("a !r b", "a@1 rb@2", "2")]
    [InlineData("a !r b", "ar@1 b@2", "2")]
    [InlineData("a*2 !r b", "a@1 r@2 a@3 b@4", "4")]
    [InlineData("a !r b*2", "a@1 b@2 r@3 b@4", "4")]
    [InlineData("a !r !s b", "a@1 s@2 b@3", "")]
    public void A_negated_step_must_not_hold_between_its_neighbours(string steps, string events, string matches) =>
        Assert.Equal(matches, Pattern.Matches(steps, 100, events));

    [Theory]
    [InlineData("a b b", "a@1 b@2 b@3 b@4 b@5", "3")]
    [InlineData("a b", "a@1 a@2 b@3 b@4", "3")]
    [InlineData("a*3", "a@1 a@2 a@3 a@4 a@5 a@6", "3 6")]
    public void The_next_match_begins_after_the_last_event_of_the_one_before(string steps, string events, string matches) =>
        Assert.Equal(matches, Pattern.Matches(steps, 100, events));

    [Theory]
    [InlineData("a b", "a@10 b@9", "")]
    [InlineData("a b", "a@10 b@9 b@10", "10")]
    [InlineData("a !r b", "a@10 r@9 b@11", "11")]
    [InlineData("a*3", "a@10 a@9 a@11 a@12", "12")]
    [InlineData("a c b", "a@10 c@12 a@20 b@15", "15")]
    [InlineData("a*2 b", "a@10 a@12 a@20 b@15 b@20", "20")]
    [InlineData("a b", "x@50 a@10 b@11", "11")]
    public void An_event_that_is_older_than_the_match_does_not_touch_it(string steps, string events, string matches) =>
        Assert.Equal(matches, Pattern.Matches(steps, 100, events));

    [Fact]
    public void What_came_late_is_told()
    {
        var pattern = new SequencePattern(Pattern.Spec("a !r b", 100));
        Assert.False(Observe(pattern, 10, 1) || pattern.WasLate);
        Assert.False(Observe(pattern, 9, 4));
        Assert.True(pattern.WasLate);
        Assert.False(Observe(pattern, 9, 2));
        Assert.True(pattern.WasLate);
        Assert.True(Observe(pattern, 10, 4));
        Assert.False(pattern.WasLate);
    }

    [Fact]
    public void A_match_whose_time_is_over_leaves_no_state()
    {
        var pattern = new SequencePattern(Pattern.Spec("a*2 b", 100));
        var empty = Pattern.Bytes(pattern);
        Observe(pattern, 10, 1);
        Observe(pattern, 20, 1);
        pattern.Observe(110, 0, new RuleClock(110, 110));
        Assert.NotEqual(empty, Pattern.Bytes(pattern));
        pattern.Observe(121, 0, new RuleClock(121, 121));
        Assert.Equal(empty, Pattern.Bytes(pattern));
    }

    [Fact]
    public void Times_at_the_ends_of_the_calendar_do_no_harm()
    {
        var pattern = new SequencePattern(Pattern.Spec("a b", 100));
        Assert.False(Observe(pattern, long.MinValue, 1));
        Assert.False(Observe(pattern, long.MaxValue, 2));
        Assert.False(Observe(pattern, long.MaxValue, 1));
        Assert.True(Observe(pattern, long.MaxValue, 2));
    }

    [Fact]
    public void State_has_at_most_the_bytes_it_says()
    {
        var pattern = new SequencePattern(Pattern.Spec("a*500 b*500", long.MaxValue));
        for (var i = 0; i < 499; i++)
            Observe(pattern, i, 1);
        for (var i = 0; i < 400; i++)
            Observe(pattern, long.MaxValue - 2_000 + i, i % 2 == 0 ? 1UL : 2);
        Assert.InRange(Pattern.Bytes(pattern).Length, 4_000, pattern.MaxBytes);
    }

    [Fact]
    public void Bytes_that_are_no_state_are_refused()
    {
        var spec = Pattern.Spec("a*3 b", 100);
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            for (var j = 0; j < bytes.Length; j++)
                bytes[j] &= (byte)(random.Next(2) == 0 ? 0xFF : 3);
            var pattern = new SequencePattern(spec);
            try
            {
                var reader = new Rules.Codec.ByteReader(bytes);
                pattern.Read(ref reader);
            }
            catch (InvalidDataException)
            {
                continue;
            }

            Observe(pattern, 5, 3);
            Assert.InRange(Pattern.Bytes(pattern).Length, 2, pattern.MaxBytes);
        }
    }

    [Theory]
    [InlineData("!r a", "neither first nor last")]
    [InlineData("a !r", "neither first nor last")]
    [InlineData("a !r*2 b", "no times")]
    [InlineData("a*0", "1 to 1000")]
    [InlineData("a*600 b*600", "1 to 1000")]
    public void A_pattern_that_cannot_be_says_why(string steps, string part)
    {
        var problem = PatternPlan.Problem(Pattern.Spec(steps, 100));
        Assert.Contains(part, problem, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SequencePattern(Pattern.Spec(steps, 100)));
    }

    [Fact]
    public void More_than_64_steps_are_refused_and_64_are_not()
    {
        var step = new PatternStep(new BooleanLiteral(true), 1, false);
        Assert.NotNull(PatternPlan.Problem(new([.. Enumerable.Repeat(step, 65)], 100)));
        Assert.NotNull(PatternPlan.Problem(new(ImmutableArray<PatternStep>.Empty, 100)));
        var pattern = new SequencePattern(new PatternSpec([.. Enumerable.Repeat(step, 64)], 100));
        for (var i = 0; i < 63; i++)
            Assert.False(Observe(pattern, i, ulong.MaxValue));
        Assert.True(Observe(pattern, 63, ulong.MaxValue));
    }

    [Fact]
    public void Observing_allocates_nothing()
    {
        var pattern = new SequencePattern(Pattern.Spec("a*5 !r b*2 c", 50));
        var random = new Random(3);
        Run(pattern, random, 2_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var matches = Run(pattern, random, 100_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(matches, 1, 100_000);
    }

    private static int Run(SequencePattern pattern, Random random, int events)
    {
        var matches = 0;
        for (var i = 0; i < events; i++)
            matches += pattern.Observe(i, 1UL << random.Next(5), new RuleClock(i, i - 10)) ? 1 : 0;
        return matches;
    }

    private static bool Observe(SequencePattern pattern, long time, ulong holds) =>
        pattern.Observe(time, holds, new RuleClock(time, long.MinValue));
}
