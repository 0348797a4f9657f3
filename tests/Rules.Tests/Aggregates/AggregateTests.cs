using System.Buffers;
using Rules.Aggregates;
using Rules.Codec;
using Rules.Language;

namespace Rules.Tests.Aggregates;

public class AggregateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_function_of_every_window_is_what_all_samples_give(int seed)
    {
        var values = 0;
        foreach (var spec in Specs.All)
        {
            var isCounter = spec.Function is AggregateFunction.Rate or AggregateFunction.Increase;
            // What a late sample alone shows of a restart within a session is passed over, so there is either disorder
            // or a restart.
            var isOrdered = isCounter && spec.Window.Shape == WindowShape.Session && seed % 2 == 0;
            var restarts = !isCounter || (spec.Window.Shape == WindowShape.Session && !isOrdered) ? 0 : 0.2;
            var series = Step.Series(seed * 100 + (int)spec.Function, 250, isOrdered, isCounter, restarts);
            values += Compare(spec, series, seed, every: 1);
        }

        Assert.InRange(values, 100 * Specs.All.Count(), int.MaxValue);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Sketches_of_many_samples_keep_to_their_errors(int seed)
    {
        WindowSpec[] windows =
            [Specs.Sliding(3_000_000), Specs.Hopping(2_000_000, 500_000), Specs.Session(100_000), Specs.Last(1_500)];
        foreach (var function in new[] { AggregateFunction.Distinct, AggregateFunction.Quantile })
            foreach (var window in windows)
                Compare(Specs.Of(function, window), Step.Series(seed, 4_000, isOrdered: seed == 2), seed, every: 150);
    }

    internal static ReadOnlySpan<byte> Encode(Aggregate aggregate)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new ByteWriter(buffer);
        aggregate.Write(ref writer);
        writer.Flush();
        Assert.InRange(buffer.WrittenCount, 1, aggregate.MaxBytes);
        return buffer.WrittenSpan;
    }

    internal static Aggregate Decode(AggregateSpec spec, ReadOnlySpan<byte> bytes)
    {
        var aggregate = Rules.Aggregates.Aggregates.Create(spec);
        var reader = new ByteReader(bytes);
        aggregate.Read(ref reader);
        Assert.True(reader.AtEnd);
        return aggregate;
    }

    /// <returns>How often there was a value.</returns>
    private static int Compare(AggregateSpec spec, IEnumerable<Step> steps, int seed, int every)
    {
        var random = new Random(seed);
        var plain = new Plain(spec);
        var aggregate = Rules.Aggregates.Aggregates.Create(spec);
        var stored = Rules.Aggregates.Aggregates.Create(spec);
        var at = 0;
        var values = 0;
        foreach (var step in steps)
        {
            at++;
            if (random.Next(10) == 0)
                stored = Decode(spec, Encode(stored));
            if (step.Sample is { } sample)
            {
                var isTaken = plain.Add(sample, step.Clock);
                Assert.True(isTaken == aggregate.Add(sample, step.Clock), $"{spec}, {at}: taken: {isTaken}");
                Assert.Equal(isTaken, stored.Add(sample, step.Clock));
            }

            // Asking or not asking in between makes no difference.
            if (random.Next(4) == 0)
                _ = aggregate.Value(step.Clock);
            if (at % every != 0)
                continue;
            var value = aggregate.Value(step.Clock);
            AssertSame(value, stored.Value(step.Clock), spec, at);
            AssertClose(plain.Value(step.Clock, out var tolerance), value, tolerance, spec, at);
            values += double.IsNaN(value) ? 0 : 1;
        }

        Assert.Equal(Encode(aggregate), Encode(stored));
        return values;
    }

    private static void AssertSame(double expected, double value, AggregateSpec spec, int at) =>
        Assert.True(
            BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(value),
            $"{spec}, {at}: {expected:R} but {value:R} once encoded and decoded");

    private static void AssertClose(double expected, double value, double tolerance, AggregateSpec spec, int at) =>
        Assert.True(
            (double.IsNaN(expected) && double.IsNaN(value)) || Math.Abs(expected - value) <= tolerance,
            $"{spec}, {at}: expected {expected:R} ± {tolerance:G3}, got {value:R}");
}
