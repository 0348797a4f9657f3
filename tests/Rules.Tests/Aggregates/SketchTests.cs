using Rules.Aggregates;
using Rules.Language;

namespace Rules.Tests.Aggregates;

public class SketchTests
{
    private static readonly AggregateSpec Distinct = Specs.Of(AggregateFunction.Distinct, Specs.Session(1));

    [Theory]
    [InlineData(257)]
    [InlineData(1_000)]
    [InlineData(5_000)]
    [InlineData(20_000)]
    [InlineData(200_000)]
    public void The_standard_error_of_distinct_is_that_of_its_registers(int values)
    {
        const int Times = 60;
        var (squares, sum) = (0.0, 0.0);
        for (var i = 0; i < Times; i++)
        {
            var sketch = new DistinctSketch();
            for (var value = 0; value < values; value++)
                sketch.Add(new(0, 0, Sample.HashOf((double)i * 10_000_000 + value)));
            var error = sketch.Result(Distinct) / values - 1;
            squares += error * error;
            sum += error;
        }

        // Of 60 tries an estimated deviation is within 30 % of the true one, and their mean within 3 / √60 deviations
        // of none.
        Assert.InRange(Math.Sqrt(squares / Times), 0, 0.023 * 1.3);
        Assert.InRange(sum / Times, -0.023 * 0.4, 0.023 * 0.4);
    }

    [Fact]
    public void Texts_and_numbers_have_hashes_of_their_own()
    {
        Assert.Equal(Sample.HashOf(0.0), Sample.HashOf(-0.0));
        Assert.Equal(Sample.HashOf("a"u8), Sample.HashOf("a"u8));
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(i => Sample.HashOf((double)i)).Distinct().Count());
    }

    [Theory]
    [InlineData(160, 0.01)]
    [InlineData(25_000, 0.02)]
    [InlineData(6e8, 0.04)]
    public void The_error_of_a_quantile_is_that_of_its_range(double range, double error)
    {
        var random = new Random(1);
        var numbers = Enumerable.Range(0, 20_000).Select(_ => 3 * Math.Pow(range, random.NextDouble())).ToArray();
        var sketch = new QuantileSketch();
        foreach (var number in numbers)
            sketch.Add(new(0, number, 0));
        Array.Sort(numbers);
        foreach (var q in new[] { 0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.9999, 1 })
        {
            var exact = numbers[(int)Math.Round(q * (numbers.Length - 1))];
            var value = sketch.Result(Specs.Of(AggregateFunction.Quantile, Specs.Session(1), q));
            Assert.InRange(value / exact - 1, -error * 1.02, error * 1.02);
        }
    }

    [Fact]
    public void A_quantile_of_any_doubles_keeps_its_order_and_its_bounds()
    {
        var random = new Random(2);
        var sketch = new QuantileSketch();
        for (var i = 0; i < 100_000; i++)
        {
            var number = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(number))
                sketch.Add(new(0, number, 0));
        }

        var before = double.NegativeInfinity;
        for (var q = 0.0; q <= 1; q += 0.01)
        {
            var value = sketch.Result(Specs.Of(AggregateFunction.Quantile, Specs.Session(1), q));
            Assert.True(double.IsFinite(value) && value >= before, $"{q}: {before}, {value}");
            before = value;
        }
    }
}
