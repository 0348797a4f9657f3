using Rules.Codec;

namespace Rules.Anomaly;

/// <summary>
/// For series that mostly repeat their value (constants, states, set points, rare counts): how rare a change is, and how large changes are.
/// </summary>
internal struct StepModel
{
    private const int ShareMemory = 64;
    private const int ChangeMemory = 4096;
    private const int SizeMemory = 256;
    private const int HomeRun = 8;
    private const double ScaleCut = 6.25;

    private double _last;
    private double _home;
    private int _run;
    private double _repeats;
    private double _changes;
    private double _seen;
    private double _variance;
    private int _sizes;

    public const int MaxBytes = 6 * 8 + 2 * 5;

    public bool Active { get; private set; }

    public void Start(double value)
    {
        this = default;
        _last = _home = value;
        _repeats = 0.5;
    }

    /// <summary>How far the value is from where the series was, in the scale of its usual changes; 0: it did not change, or came back.</summary>
    public readonly double Distance(double value)
    {
        if (value == _last || value == _home)
            return 0;
        return _sizes == 0 ? double.MaxValue : Math.Abs(value - _last) / Math.Sqrt(_variance);
    }

    /// <summary>A twentieth of a change is presumed, so that the first one after a hundred equal values is a rare thing.</summary>
    public readonly double ChangeProbability => (_changes + 0.05) / (_seen + 1);

    public void Learn(double value, double distance)
    {
        const double Keep = 1 - 1.0 / ChangeMemory;
        var same = value == _last;
        _repeats += ((same ? 1 : 0) - _repeats) / ShareMemory;
        Active = Active ? _repeats > 0.4 : _repeats > 0.6;
        _changes = _changes * Keep + (distance > 0 ? 1 : 0);
        _seen = _seen * Keep + 1;
        if (distance > 0)
        {
            var square = (value - _last) * (value - _last);
            _sizes = Math.Min(_sizes + 1, SizeMemory);
            _variance = _sizes == 1 ? square : _variance * (1 + (Math.Min(distance * distance, ScaleCut) - 1) / _sizes);
        }

        _run = same ? Math.Min(_run + 1, HomeRun) : 1;
        _last = value;
        if (_run == HomeRun)
            _home = value;
    }

    public readonly void Write(ref ByteWriter writer)
    {
        writer.Double(_last);
        writer.Double(_home);
        writer.Double(_repeats);
        writer.Double(_changes);
        writer.Double(_seen);
        writer.Double(_variance);
        writer.Unsigned((ulong)_run);
        writer.Unsigned((ulong)_sizes << 1 | (Active ? 1u : 0));
    }

    public void Read(ref ByteReader reader)
    {
        _last = reader.Double();
        _home = reader.Double();
        _repeats = reader.Double();
        _changes = reader.Double();
        _seen = reader.Double();
        _variance = reader.Double();
        _run = (int)Math.Min(reader.Unsigned(), HomeRun);
        var sizes = reader.Unsigned();
        Active = (sizes & 1) != 0;
        _sizes = (int)Math.Min(sizes >> 1, SizeMemory);
    }
}
