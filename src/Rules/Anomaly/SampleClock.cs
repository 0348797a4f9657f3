using Rules.Codec;

namespace Rules.Anomaly;

/// <summary>
/// How many sampling steps lie between one value and the next. Regular sampling is followed like a phase-locked loop does (jitter does not add
/// up, clocks may drift); without a step that most times fit, each value is one step.
/// </summary>
internal struct SampleClock
{
    private const double Loose = 0.18;
    private const int Patience = 32;

    private double _step;
    private double _expected;
    private double _misfit;
    private long _last;
    private int _odd;

    public const int MaxBytes = 3 * 8 + 10 + 5;

    /// <param name="times">The first times, in order of arrival; at least 5.</param>
    public void Start(ReadOnlySpan<long> times)
    {
        Span<long> gaps = stackalloc long[times.Length - 1];
        for (var i = 0; i < gaps.Length; i++)
            gaps[i] = times[i + 1] - times[i];
        gaps.Sort();
        // With some samples missing the shorter gaps are the step.
        Restart(times[0], gaps[gaps.Length / 4]);
    }

    private void Restart(long time, double step)
    {
        _step = Math.Max(0, step);
        _expected = _last = time;
        _misfit = Loose / 2;
        _odd = 0;
    }

    /// <summary>
    /// Steps since the latest value; 0 or less: the value comes late, for a step that is passed.
    /// </summary>
    /// <param name="restarted">The sampling interval has changed for good: steps of before do not count any more.</param>
    public int Advance(long time, out bool restarted)
    {
        restarted = false;
        if (_step <= 0)
            return Irregular(time, out restarted);
        var gap = time - _expected;
        var steps = Math.Round(gap / _step);
        var error = gap - steps * _step;
        _misfit += (Math.Abs(error) / _step - _misfit) / Patience;
        if (steps < 1)
            return Late(time, steps, out restarted);
        _odd = steps > 1 ? Math.Min(_odd + 1, Patience + 1) : Math.Max(0, _odd - 2);
        if (_odd > Patience)
        {
            restarted = true;
            Restart(time, time - _last);
            return 1;
        }

        _expected += steps * _step + error / 4;
        _step += error / steps / 64;
        _last = time;
        return _misfit < Loose ? (int)Math.Min(steps, 1 << 24) : 1;
    }

    private int Irregular(long time, out bool restarted)
    {
        // Look now and then whether the sampling has become regular.
        restarted = ++_odd > Patience * 8 && time > _last;
        if (restarted)
            Restart(time, time - _last);
        _last = time;
        return 1;
    }

    private int Late(long time, double steps, out bool restarted)
    {
        restarted = ++_odd > Patience;
        if (restarted)
        {
            Restart(time, time - _last);
            return 1;
        }

        _last = time;
        return _misfit < Loose ? (int)Math.Max(steps, -(1 << 24)) : 1;
    }

    public readonly void Write(ref ByteWriter writer)
    {
        writer.Double(_step);
        writer.Double(_expected);
        writer.Double(_misfit);
        writer.Signed(_last);
        writer.Unsigned((ulong)_odd);
    }

    public void Read(ref ByteReader reader)
    {
        _step = reader.Double();
        _expected = reader.Double();
        _misfit = reader.Double();
        _last = reader.Signed();
        _odd = (int)(reader.Unsigned() & 0xFFFF);
    }
}
