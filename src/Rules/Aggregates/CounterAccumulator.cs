using Rules.Codec;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// How much a counter grew from its first to its last sample, and how fast. A sample smaller than the one before it is
/// a restart from 0. Nothing is extrapolated to the window's bounds. A sample that comes late between two of the same
/// set is taken to lie on the counter's way from one to the other: it changes nothing, so a restart that only it shows
/// is not seen.
/// </summary>
internal struct CounterAccumulator : IAccumulator<CounterAccumulator>
{
    private EndsAccumulator _ends;

    /// <summary>
    /// What the counter had reached before each restart, summed: growth is last - first + this, so no rounding adds up.
    /// </summary>
    private double _beforeRestarts;

    public static int MaxBytes => EndsAccumulator.MaxBytes + 8;

    public bool Add(in Sample sample)
    {
        if (_ends.Count > 0 && sample.Time >= _ends.LastTime)
            Follow(_ends.Last, sample.Number);
        else if (_ends.Count > 0 && sample.Time < _ends.FirstTime)
            Follow(sample.Number, _ends.First);
        return _ends.Add(sample);
    }

    public void Merge(in CounterAccumulator later)
    {
        if (_ends.Count > 0 && later._ends.Count > 0)
            Follow(_ends.Last, later._ends.First);
        _beforeRestarts += later._beforeRestarts;
        _ends.Merge(later._ends);
    }

    public void Clear() => this = default;

    public readonly double Result(AggregateSpec spec)
    {
        if (_ends.Count < 2)
            return double.NaN;
        var increase = _ends.Last - _ends.First + _beforeRestarts;
        return spec.Function == AggregateFunction.Increase ? increase
            : _ends.LastTime == _ends.FirstTime ? double.NaN
            : increase * 1000 / (_ends.LastTime - _ends.FirstTime);
    }

    public readonly void Write(ref ByteWriter writer)
    {
        _ends.Write(ref writer);
        writer.Double(_beforeRestarts);
    }

    public void Read(ref ByteReader reader)
    {
        _ends.Read(ref reader);
        _beforeRestarts = reader.Double();
    }

    private void Follow(double before, double after)
    {
        if (after < before)
            _beforeRestarts += before;
    }
}
