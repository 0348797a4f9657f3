using Rules.Codec;
using Rules.Engine;

namespace Rules.Aggregates;

/// <summary>
/// Mean of all samples, each with the weight 2^(-age / half-life), where age is how much older it is than the newest
/// one. A late sample is weighted by its age likewise, so that only rounding depends on the order of arrival. One older
/// than 60 half-lives is too late: it has no weight that the mean's 53 bits could show.
/// </summary>
/// <param name="halfLife">Milliseconds.</param>
internal sealed class Ewma(long halfLife) : Aggregate
{
    private const double OldestHalfLives = 60;

    private long _newest;
    private double _weight;
    private double _mean = double.NaN;

    public override int MaxBytes => 1 + 8 + 16;

    public override double Value(RuleClock clock) => Finite(_mean);

    public override void Write(ref ByteWriter writer)
    {
        writer.Byte(_weight > 0 ? (byte)1 : (byte)0);
        if (!(_weight > 0))
            return;
        writer.Signed(_newest);
        writer.Double(_weight);
        writer.Double(_mean);
    }

    public override void Read(ref ByteReader reader)
    {
        (_newest, _weight, _mean) = (0, 0, double.NaN);
        var has = reader.Byte();
        if (has > 1)
            throw new InvalidDataException($"{has} is no count of means.");
        if (has == 0)
            return;
        (_newest, _weight, _mean) = (StateReader.Time(ref reader), reader.Double(), reader.Double());
        if (!(_weight >= 1))
            throw new InvalidDataException($"The weight {_weight} is less than that of the newest sample, 1.");
    }

    protected override bool Insert(in Sample sample, RuleClock clock)
    {
        if (_weight == 0)
        {
            (_newest, _weight, _mean) = (sample.Time, 1, sample.Number);
            return true;
        }

        var halfLives = (sample.Time - _newest) / (double)halfLife;
        if (halfLives < -OldestHalfLives)
            return false;
        var weight = 1.0;
        if (halfLives > 0)
            (_newest, _weight) = (sample.Time, _weight * Math.Pow(2, -halfLives));
        else
            weight = Math.Pow(2, halfLives);
        _weight += weight;
        _mean += (sample.Number - _mean) * (weight / _weight);
        return true;
    }
}
