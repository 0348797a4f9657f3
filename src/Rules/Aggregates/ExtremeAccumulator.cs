using Rules.Codec;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>Which of two numbers an <see cref="ExtremeAccumulator{T}"/> keeps.</summary>
internal interface IPreference
{
    static abstract double Better(double a, double b);
}

internal readonly struct Least : IPreference
{
    public static double Better(double a, double b) => Math.Min(a, b);
}

internal readonly struct Greatest : IPreference
{
    public static double Better(double a, double b) => Math.Max(a, b);
}

internal struct ExtremeAccumulator<T> : IAccumulator<ExtremeAccumulator<T>>
    where T : struct, IPreference
{
    private bool _hasValue;
    private double _value;

    public static int MaxBytes => 8;

    public bool Add(in Sample sample)
    {
        // Never -0: it would be another value, but no change.
        var value = _hasValue ? T.Better(_value, sample.Number + 0.0) : sample.Number + 0.0;
        var isChange = !_hasValue || value != _value;
        (_hasValue, _value) = (true, value);
        return isChange;
    }

    public void Merge(in ExtremeAccumulator<T> later)
    {
        if (later._hasValue)
            (_hasValue, _value) = (true, _hasValue ? T.Better(_value, later._value) : later._value);
    }

    public void Clear() => this = default;

    public readonly double Result(AggregateSpec spec) => _hasValue ? _value : double.NaN;

    public readonly void Write(ref ByteWriter writer) => writer.Double(_value);

    public void Read(ref ByteReader reader) => (_hasValue, _value) = (true, reader.Double());
}
