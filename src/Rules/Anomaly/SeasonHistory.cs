using Rules.Codec;

namespace Rules.Anomaly;

/// <summary>
/// The latest 1024 values in a byte each, between a floor and a ceiling that follow them; while no season is found also means of 2 or 4 values, to look
/// for a longer one. Predicts the season by the mean of what was one, two .. periods ago.
/// </summary>
internal sealed class SeasonHistory
{
    public const int Capacity = 1024;
    private const int MaxSpan = 4;
    private const int MaxCycles = 8;
    private const int Limit = 127;
    private const int Roomy = 100;

    private readonly sbyte[] _entries = new sbyte[Capacity];
    private int _start;
    private double _center;
    private double _unit;
    private double _sum;
    private int _inEntry;

    public static int MaxBytes => Capacity + 2 + 4 * 8 + 4 * 5;

    public int Count { get; private set; }

    /// <summary>Values in an entry.</summary>
    public int Span { get; private set; } = 1;

    /// <summary>In entries; 0: no season.</summary>
    public double Period { get; set; }

    /// <summary>Half the difference between two neighbouring values that can be told apart.</summary>
    public double Precision => _unit / 2;

    public double this[int entry] => _center + _unit * Raw(entry);

    public int Raw(int entry) => _entries[(_start + entry) & (Capacity - 1)];

    public void Clear()
    {
        Count = _start = _inEntry = 0;
        _sum = _unit = Period = 0;
        Span = 1;
    }

    /// <summary>The season of the value to come after that many steps; 0 without one.</summary>
    public double Season(int ahead = 0)
    {
        if (Period <= 0)
            return 0;
        var position = Count + (Span == 1 ? 0 : (_inEntry + 0.5) / Span - 0.5) + (double)ahead / Span;
        return Season(position, Period);
    }

    /// <summary>The season at a place counted in entries from the oldest.</summary>
    public double Season(double position, double period)
    {
        var sum = 0.0;
        var cycles = 0;
        for (position -= period; position >= 0 && cycles < MaxCycles; position -= period)
        {
            var entry = (int)position;
            var part = position - entry;
            if (entry >= Count)
                continue;
            var value = (double)Raw(entry);
            if (part > 0)
                value += part * (Raw(Math.Min(entry + 1, Count - 1)) - value);
            sum += value;
            cycles++;
        }

        return cycles == 0 ? _center : _center + _unit * sum / cycles;
    }

    /// <returns>True if an entry is complete.</returns>
    public bool Add(double value)
    {
        _sum += value;
        if (++_inEntry < Span)
            return false;
        value = _sum / Span;
        _sum = 0;
        _inEntry = 0;
        if (Count == 0)
            _center = value;
        if (Math.Abs(value - _center) > Limit * _unit)
            Widen(value);
        if (Count == Capacity)
            _start = (_start + 1) & (Capacity - 1);
        else
            Count++;
        _entries[(_start + Count - 1) & (Capacity - 1)] = Code(value);
        return true;
    }

    /// <summary>The past is as if it had always been that much higher.</summary>
    public void Shift(double difference)
    {
        _center += difference;
        _sum += difference * _inEntry;
    }

    /// <summary>The latest values were that after all; nothing where an entry has several.</summary>
    public void Amend(int count, double value)
    {
        if (Span > 1)
            return;
        if (Math.Abs(value - _center) > Limit * _unit)
            Widen(value);
        for (var i = Math.Max(0, Count - count); i < Count; i++)
            _entries[(_start + i) & (Capacity - 1)] = Code(value);
    }

    /// <summary>Twice as many values in an entry.</summary>
    /// <returns>False if there are already as many as may be.</returns>
    public bool Halve()
    {
        if (Span == MaxSpan)
            return false;
        for (var i = 0; i < Count / 2; i++)
        {
            // Rounded to even, so that halves are not all rounded the same way.
            var mean = Math.Round((Raw(2 * i) + Raw(2 * i + 1)) / 2.0);
            _entries[(_start + i) & (Capacity - 1)] = (sbyte)mean;
        }

        Count /= 2;
        Span *= 2;
        return true;
    }

    /// <summary>Uses the range of a byte again after the values' range became smaller.</summary>
    public void Tighten()
    {
        var (low, high) = Range();
        if (high > low && (high - low < Roomy || high + low is < -Roomy or > Roomy))
            Rescale(_center + _unit * low, _center + _unit * high, 1.3);
    }

    private void Widen(double value)
    {
        var (low, high) = Range();
        Rescale(Math.Min(_center + _unit * low, value), Math.Max(_center + _unit * high, value), 1.5);
    }

    private void Rescale(double low, double high, double room)
    {
        var center = low + (high - low) / 2;
        var unit = (high - low) / 2 * room / Limit;
        if (unit <= 0 || !double.IsFinite(unit))
            return;
        for (var i = 0; i < Count; i++)
        {
            var value = Math.Round((this[i] - center) / unit);
            _entries[(_start + i) & (Capacity - 1)] = (sbyte)Math.Clamp(value, -Limit, Limit);
        }

        _center = center;
        _unit = unit;
    }

    private sbyte Code(double value) =>
        _unit > 0 ? (sbyte)Math.Clamp(Math.Round((value - _center) / _unit), -Limit, Limit) : (sbyte)0;

    private (int Low, int High) Range()
    {
        if (Count == 0)
            return (0, 0);
        int low = Limit, high = -Limit;
        for (var i = 0; i < Count; i++)
        {
            low = Math.Min(low, Raw(i));
            high = Math.Max(high, Raw(i));
        }

        return (low, high);
    }

    public void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)Count);
        for (var i = 0; i < Count; i++)
            writer.Byte((byte)Raw(i));
        writer.Double(_center);
        writer.Double(_unit);
        writer.Double(_sum);
        writer.Double(Period);
        writer.Unsigned((ulong)_inEntry);
        writer.Unsigned((ulong)Span);
    }

    public void Read(ref ByteReader reader)
    {
        var bytes = reader.Bytes();
        if (bytes.Length > Capacity)
            throw new InvalidDataException($"{bytes.Length} entries of history; at most {Capacity}.");
        for (var i = 0; i < bytes.Length; i++)
            _entries[i] = (sbyte)bytes[i];
        _start = 0;
        Count = bytes.Length;
        _center = reader.Double();
        _unit = reader.Double();
        _sum = reader.Double();
        Period = reader.Double();
        _inEntry = reader.Byte();
        Span = reader.Byte();
        if (Span is not (1 or 2 or MaxSpan) || _inEntry >= Span || !(Period is 0 or (>= 2 and <= Capacity)))
            throw new InvalidDataException($"A history with {_inEntry} of {Span} values and period {Period}.");
    }
}
