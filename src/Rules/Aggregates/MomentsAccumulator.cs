using Rules.Codec;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// Standard deviation of the population: mean and squares about it, updated by Welford's recurrence and merged by that
/// of Chan, Golub and LeVeque, which do not cancel where the mean is large beside the deviation.
/// </summary>
internal struct MomentsAccumulator : IAccumulator<MomentsAccumulator>
{
    private long _count;
    private double _mean;
    private double _squares;

    public static int MaxBytes => 8 + 16;

    public bool Add(in Sample sample)
    {
        var distance = sample.Number - _mean;
        _mean += distance / ++_count;
        _squares += distance * (sample.Number - _mean);
        return true;
    }

    public void Merge(in MomentsAccumulator later)
    {
        if (later._count == 0)
            return;
        if (_count == 0)
        {
            this = later;
            return;
        }

        var count = _count + later._count;
        var distance = later._mean - _mean;
        _mean += distance * later._count / count;
        _squares += later._squares + distance * distance * _count * later._count / count;
        _count = count;
    }

    public void Clear() => this = default;

    public readonly double Result(AggregateSpec spec) => _count == 0 ? double.NaN : Math.Sqrt(_squares / _count);

    public readonly void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)_count);
        writer.Double(_mean);
        writer.Double(_squares);
    }

    public void Read(ref ByteReader reader)
    {
        _count = StateReader.Count(ref reader);
        _mean = reader.Double();
        _squares = reader.Double();
    }
}
