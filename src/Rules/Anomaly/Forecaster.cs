using Rules.Codec;

namespace Rules.Anomaly;

/// <summary>
/// One step ahead: level, slope, and what of the last deviation persists (an AR(1) term), with the scale of its errors. The season is given from
/// outside. Every update is with an error cut at ±3 scales; a run of such errors is taken for a shift.
/// </summary>
/// <remarks>
/// Robust Holt smoothing with cut errors and a scale that is itself robust: Gelper, Fried and Croux 2010.
/// </remarks>
internal struct Forecaster
{
    private const double Cut = 3;
    private const double ScaleCut = 6.25;
    private const double LevelGain = 0.05;
    private const double SlopeGain = 0.02;
    private const int Memory = 256;

    /// <summary>So many errors beyond the cut in a row are the new level.</summary>
    public const int Run = 8;

    private double _level;
    private double _slope;
    private double _deviation;
    private double _variance;
    private double _cross;
    private double _square;
    private int _count;
    private int _far;
    private Outside _outside;

    public const int MaxBytes = (6 + Run) * 8 + 2 * 5;

    public readonly double Level => _level + _slope;

    public readonly double Scale => Math.Sqrt(_variance);

    private readonly double Persistence => Math.Clamp(_cross / (_square + 8 * _variance), -0.9, 0.99);

    public readonly double Predict(double season) => season + _level + _slope + Persistence * _deviation;

    /// <param name="values">The first values without their season; they are put in order.</param>
    public void Start(Span<double> values, double floor)
    {
        this = default;
        _deviation = 0;
        var last = values[^1];
        values.Sort();
        _level = values[values.Length / 2];
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Abs(values[i] - _level);
        values.Sort();
        var scale = Math.Max(1.4826 * values[values.Length / 2], floor);
        _variance = scale * scale;
        _deviation = Math.Clamp(last - _level, -Cut * scale, Cut * scale);
        _count = values.Length;
    }

    /// <summary>Steps without a value.</summary>
    public void Skip(int steps)
    {
        _level += _slope * Math.Min(steps, 32);
        _deviation = steps > 32 ? 0 : _deviation * Math.Pow(Persistence, steps);
    }

    /// <summary>The level changes because the season that is subtracted does.</summary>
    public void Move(double difference) => _level += difference;

    /// <param name="shift">How much the level was found to have jumped; else 0.</param>
    /// <returns>The value with its error cut.</returns>
    public double Learn(double value, double season, double predicted, double floor, out double shift)
    {
        var scale = Scale;
        var error = value - predicted;
        var cut = Math.Clamp(error, -Cut * scale, Cut * scale);
        var clean = predicted + cut;
        var deviation = clean - season - _level - _slope;
        _count = Math.Min(_count + 1, Memory);
        if (cut == error)
        {
            var keep = 1 - 1.0 / Memory;
            _cross = _cross * keep + deviation * _deviation;
            _square = _square * keep + _deviation * _deviation;
            _far = Math.Max(0, _far - 1);
        }
        else
        {
            _outside[_far++] = value - season;
        }

        var gain = Math.Max(LevelGain, 1.0 / _count);
        _level += _slope + gain * deviation;
        _slope += gain * SlopeGain * deviation;
        _deviation = deviation;
        var square = error * error / _variance;
        _variance *= 1 + (Math.Min(square, ScaleCut) - 1) / (_count + 1);
        _variance = Math.Max(_variance, floor * floor);
        shift = 0;
        if (_far == Run)
            shift = Accept(ref clean);
        return clean;
    }

    private double Accept(ref double clean)
    {
        Span<double> values = stackalloc double[Run];
        for (var i = 0; i < Run; i++)
            values[i] = _outside[i];
        var last = values[Run - 1];
        values.Sort();
        var level = (values[Run / 2 - 1] + values[Run / 2]) / 2;
        for (var i = 0; i < Run; i++)
            values[i] = Math.Abs(values[i] - level);
        values.Sort();
        var scale = Math.Max(Scale, 1.4826 * (values[Run / 2 - 1] + values[Run / 2]) / 2);
        _variance = scale * scale;
        var shift = level - _level;
        clean += shift;
        _level = level;
        _deviation = Math.Clamp(last - level, -Cut * scale, Cut * scale);
        _far = 0;
        return shift;
    }

    public readonly void Write(ref ByteWriter writer)
    {
        writer.Double(_level);
        writer.Double(_slope);
        writer.Double(_deviation);
        writer.Double(_variance);
        writer.Double(_cross);
        writer.Double(_square);
        writer.Unsigned((ulong)_count);
        writer.Unsigned((ulong)_far);
        for (var i = 0; i < _far; i++)
            writer.Double(_outside[i]);
    }

    public void Read(ref ByteReader reader)
    {
        this = default;
        _level = reader.Double();
        _slope = reader.Double();
        _deviation = reader.Double();
        _variance = reader.Double();
        _cross = reader.Double();
        _square = reader.Double();
        _count = (int)Math.Min(reader.Unsigned(), Memory);
        _far = reader.Length();
        if (_far >= Run)
            throw new InvalidDataException($"{_far} values of a run; at most {Run - 1}.");
        for (var i = 0; i < _far; i++)
            _outside[i] = reader.Double();
    }

    [System.Runtime.CompilerServices.InlineArray(Run)]
    private struct Outside
    {
        private double _first;
    }
}
