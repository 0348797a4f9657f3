using Rules.Codec;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// Sum and mean; the sum with what its roundings lost (Knuth's TwoSum), so that it is as if summed with twice the
/// digits.
/// </summary>
internal struct SumAccumulator : IAccumulator<SumAccumulator>
{
    private long _count;
    private double _sum;
    private double _lost;

    public static int MaxBytes => 8 + 16;

    public bool Add(in Sample sample)
    {
        _count++;
        AddNumber(sample.Number);
        return true;
    }

    public void Merge(in SumAccumulator later)
    {
        _count += later._count;
        AddNumber(later._sum);
        _lost += later._lost;
    }

    public void Clear() => this = default;

    public readonly double Result(AggregateSpec spec) => _count == 0 ? double.NaN
        : spec.Function == AggregateFunction.Avg ? (_sum + _lost) / _count
        : _sum + _lost;

    /// <summary>Most sums have lost nothing: then that takes no bytes.</summary>
    public readonly void Write(ref ByteWriter writer)
    {
        var hasLost = BitConverter.DoubleToInt64Bits(_lost) != 0;
        writer.Unsigned((ulong)_count << 1 | (hasLost ? 1UL : 0));
        writer.Double(_sum);
        if (hasLost)
            writer.Double(_lost);
    }

    public void Read(ref ByteReader reader)
    {
        var head = reader.Unsigned();
        if (head >> 1 is 0 or > 1UL << 53)
            throw new InvalidDataException($"{head >> 1} samples.");
        _count = (long)(head >> 1);
        _sum = reader.Double();
        _lost = (head & 1) == 1 ? reader.Double() : 0;
    }

    private void AddNumber(double number)
    {
        var sum = _sum + number;
        var ofNumber = sum - _sum;
        _lost += _sum - (sum - ofNumber) + (number - ofNumber);
        _sum = sum;
    }
}
