using Rules.Codec;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// Slope of the least-squares line, a second: moments about the means as in <see cref="MomentsAccumulator"/>. Times are
/// seconds from an origin (the first sample to arrive), for squares of milliseconds since the epoch would leave no
/// digits for their differences.
/// </summary>
internal struct SlopeAccumulator : IAccumulator<SlopeAccumulator>
{
    private long _count;
    private long _origin;
    private double _time;
    private double _number;
    private double _timeSquares;
    private double _products;

    public static int MaxBytes => 8 + 8 + 32;

    public bool Add(in Sample sample)
    {
        if (_count == 0)
            _origin = sample.Time;
        var time = (sample.Time - _origin) / 1000.0;
        var fromTime = time - _time;
        _count++;
        _time += fromTime / _count;
        _number += (sample.Number - _number) / _count;
        _timeSquares += fromTime * (time - _time);
        _products += fromTime * (sample.Number - _number);
        return true;
    }

    public void Merge(in SlopeAccumulator later)
    {
        if (later._count == 0)
            return;
        if (_count == 0)
        {
            this = later;
            return;
        }

        var count = _count + later._count;
        var fromTime = (later._origin - _origin) / 1000.0 + later._time - _time;
        var fromNumber = later._number - _number;
        var weight = (double)_count * later._count / count;
        _time += fromTime * later._count / count;
        _number += fromNumber * later._count / count;
        _timeSquares += later._timeSquares + fromTime * fromTime * weight;
        _products += later._products + fromTime * fromNumber * weight;
        _count = count;
    }

    public void Clear() => this = default;

    public readonly double Result(AggregateSpec spec) => _timeSquares > 0 ? _products / _timeSquares : double.NaN;

    public readonly void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)_count);
        writer.Signed(_origin);
        writer.Double(_time);
        writer.Double(_number);
        writer.Double(_timeSquares);
        writer.Double(_products);
    }

    public void Read(ref ByteReader reader)
    {
        _count = StateReader.Count(ref reader);
        _origin = StateReader.Time(ref reader);
        _time = reader.Double();
        _number = reader.Double();
        _timeSquares = reader.Double();
        _products = reader.Double();
    }
}
