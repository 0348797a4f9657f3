using Rules.Codec;
using Rules.Engine;
using Rules.Language;

namespace Rules.Tests.Aggregates;

public class MalformedStateTests
{
    [Fact]
    public void What_is_not_a_state_is_refused_or_does_no_harm()
    {
        var random = new Random(5);
        var refused = 0;
        foreach (var spec in Specs.All.Append(Specs.Of(AggregateFunction.Quantile, Specs.Sliding(100_000_000)))
            .Append(Specs.Of(AggregateFunction.Distinct, Specs.Session(1_000_000))))
        {
            var aggregate = Rules.Aggregates.Aggregates.Create(spec);
            foreach (var step in Step.Series(3, 600))
                if (step.Sample is { } sample)
                    aggregate.Add(sample, step.Clock);
            var bytes = AggregateTests.Encode(aggregate).ToArray();
            for (var i = 0; i < 300; i++)
                refused += IsRefused(spec, Broken(bytes, random)) ? 1 : 0;
        }

        Assert.InRange(refused, 10_000, int.MaxValue);
    }

    [Fact]
    public void A_state_that_ends_early_is_refused()
    {
        foreach (var spec in Specs.All)
        {
            var aggregate = Rules.Aggregates.Aggregates.Create(spec);
            aggregate.Add(new(1_000_000, 1.5, 77), new(1_000_000, 1_000_000));
            var bytes = AggregateTests.Encode(aggregate).ToArray();
            for (var length = 0; length < bytes.Length; length++)
                Assert.True(IsRefused(spec, bytes[..length]), $"{spec}: {length} of {bytes.Length} bytes");
        }
    }

    private static byte[] Broken(byte[] bytes, Random random)
    {
        var broken = bytes.ToArray();
        for (var i = random.Next(1, 4); i > 0; i--)
            broken[random.Next(3) == 0 ? random.Next(Math.Min(8, broken.Length)) : random.Next(broken.Length)] =
                random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
        return random.Next(4) == 0 ? broken[..random.Next(broken.Length)] : broken;
    }

    private static bool IsRefused(AggregateSpec spec, byte[] bytes)
    {
        var aggregate = Rules.Aggregates.Aggregates.Create(spec);
        try
        {
            var reader = new ByteReader(bytes);
            aggregate.Read(ref reader);
        }
        catch (InvalidDataException)
        {
            return true;
        }

        foreach (var step in Step.Series(4, 20))
        {
            if (step.Sample is { } sample)
                aggregate.Add(sample, step.Clock);
            _ = aggregate.Value(step.Clock);
            _ = aggregate.NextChange(step.Clock);
            _ = aggregate.NextChange(new RuleClock(long.MinValue, long.MinValue));
        }

        AggregateTests.Encode(aggregate);
        return false;
    }
}
