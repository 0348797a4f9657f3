using Rules.Codec;

namespace Rules.Anomaly;

/// <summary>
/// How unusual the newest value of a series is given the series' own past: the share of values that are less far from their forecast, so about one
/// in a thousand of a stationary series is above 0.999. Nothing is set per series: level, slope, persistence, scale, season and the shape of
/// the errors' distribution are learned, each so that a burst of wild values hardly moves it.
/// </summary>
/// <remarks>
/// The forecast is <see cref="Forecaster"/>'s plus the season of <see cref="SeasonHistory"/>, whose period <see cref="PeriodFinder"/>
/// proposes and <see cref="Seasonality"/> accepts; <see cref="SampleClock"/> counts the steps that are missing; the score is
/// <see cref="TailDistribution"/>'s; <see cref="StepModel"/> does it for series that mostly repeat their value.
/// Deterministic: vectors only where every sum is exact or the width fixed.
/// </remarks>
internal sealed class AnomalyDetector : IKept
{
    /// <summary>As many values are needed before the first score.</summary>
    public const int WarmAfter = 64;

    private const int First = 24;
    private const int FirstReview = 32;
    private const int ReviewEvery = 256;
    private const int LongGap = 64;

    private readonly SeasonHistory _history = new();
    private readonly TailDistribution _tail = new();
    private double[]? _firstValues = new double[First];
    private long[]? _firstTimes = new long[First];
    private SampleClock _clock;
    private Forecaster _forecaster;
    private StepModel _steps;
    private bool _stepping;
    private int _count;
    private int _sinceReview;

    /// <summary>The most bytes that <see cref="Write"/> writes.</summary>
    public static int MaxBytes =>
        SeasonHistory.MaxBytes + TailDistribution.MaxBytes + SampleClock.MaxBytes + Forecaster.MaxBytes + StepModel.MaxBytes + 2 * 5 + 1;

    public bool Warm => _count >= WarmAfter;

    /// <summary>Found so far, in samples; 0: none.</summary>
    public double Period => _history.Period * _history.Span;

    /// <summary>Scores a value and then learns from it.</summary>
    /// <param name="time">Milliseconds since the Unix epoch.</param>
    /// <param name="value">NaN or infinite: missing, nothing is learned.</param>
    /// <returns>0 (most usual) to 1; NaN before <see cref="WarmAfter"/> values and for a missing value.</returns>
    public double Observe(long time, double value)
    {
        if (!double.IsFinite(value))
            return double.NaN;
        if (_firstValues is not null)
            return Collect(time, value);
        var steps = _clock.Advance(time, out var restarted);
        if (restarted)
            Forget();
        if (steps < 1)
            return Late(steps, value);
        if (steps > 1)
            Skip(steps - 1);
        var probability = Take(value);
        if (_count < WarmAfter)
            _count++;
        return Warm ? 1 - probability : double.NaN;
    }

    private double Collect(long time, double value)
    {
        _firstValues![_count] = value;
        _firstTimes![_count++] = time;
        if (_count < First)
            return double.NaN;
        _clock.Start(_firstTimes);
        _steps.Start(_firstValues[0]);
        for (var i = 0; i < First; i++)
        {
            var steps = i == 0 ? 1 : _clock.Advance(_firstTimes[i], out _);
            for (; steps > 1 && steps < LongGap; steps--)
                _history.Add(_firstValues[i]);
            if (steps >= 1)
                _history.Add(_firstValues[i]);
            if (i > 0)
                _steps.Learn(_firstValues[i], _steps.Distance(_firstValues[i]));
        }

        _forecaster.Start(_firstValues, Floor(_firstValues[^1]));
        _firstValues = null;
        _firstTimes = null;
        return double.NaN;
    }

    /// <summary>Below this a difference is rounding: of the number itself, and of the season's history.</summary>
    private double Floor(double value) =>
        1e-12 * Math.Abs(value) + 1e-300 + (_history.Period > 0 ? _history.Precision : 0);

    private double Take(double value)
    {
        var season = _history.Season();
        var predicted = _forecaster.Predict(season);
        var z = Math.Abs(value - predicted) / _forecaster.Scale;
        if (!double.IsFinite(z))
            z = double.MaxValue;
        var probability = Judge(value, z);
        var clean = _forecaster.Learn(value, season, predicted, Floor(value), out var shift);
        // Without a season so far, what jumps may be the season itself.
        if (shift != 0 && _history.Period > 0)
            _history.Shift(shift);
        else if (shift != 0)
            _history.Amend(Forecaster.Run - 1, _forecaster.Level);
        Remember(clean);
        return probability;
    }

    private double Judge(double value, double z)
    {
        var distance = _steps.Distance(value);
        var stepping = _steps.Active && _history.Period == 0;
        if (stepping != _stepping)
        {
            _tail.Reset();
            _stepping = stepping;
        }

        var probability = 1.0;
        if (!stepping)
        {
            probability = _tail.Probability(z);
            _tail.Learn(z, probability);
        }
        else if (distance > 0)
        {
            var change = _steps.ChangeProbability;
            var size = _tail.Probability(distance);
            probability = change * (distance == double.MaxValue ? 1 : size);
            if (distance < double.MaxValue)
                _tail.Learn(distance, size);
        }

        _steps.Learn(value, distance);
        return probability;
    }

    /// <summary>A value for a step that is over: compared, not learned.</summary>
    private double Late(int steps, double value)
    {
        if (!Warm)
            return double.NaN;
        if (_stepping)
            return 1 - Math.Min(1, _steps.Distance(value) > 0 ? _steps.ChangeProbability : 1);
        var predicted = _history.Season(steps - 1) + _forecaster.Level;
        var z = Math.Abs(value - predicted) / _forecaster.Scale;
        return double.IsFinite(z) ? 1 - _tail.Probability(z) : 1;
    }

    /// <summary>Fills missing steps with what was expected of them, so that the season keeps its phase.</summary>
    private void Skip(int steps)
    {
        _forecaster.Skip(steps);
        if (_history.Period > 0)
        {
            // Of a long gap whole periods can be left out.
            var period = Period;
            if (steps > 2 * period)
                steps -= (int)Math.Round(Math.Floor(steps / period - 1) * period);
        }
        else if (steps > LongGap)
        {
            _history.Clear();
            _sinceReview = 0;
            return;
        }

        for (var i = 0; i < steps; i++)
            Remember(_history.Season() + _forecaster.Level, filled: true);
    }

    private void Forget()
    {
        _forecaster.Move(_history.Season());
        _history.Clear();
        _sinceReview = 0;
    }

    private void Remember(double value, bool filled = false)
    {
        if (!_history.Add(value))
            return;
        _sinceReview++;
        if (filled || _history.Count < FirstReview || _sinceReview < Math.Min(ReviewEvery, _history.Count / 4))
            return;
        _sinceReview = 0;
        _history.Tighten();
        var before = _history.Season();
        if (Seasonality.Review(_history, _history.Precision + Floor(value)))
            Adopt(before);
        else if (_history.Count == SeasonHistory.Capacity && _history.Period == 0 && !_history.Halve())
            _history.Clear();
    }

    /// <summary>Another period, or none any more: what the forecast has learned is learned anew from the history.</summary>
    private void Adopt(double before)
    {
        if (_history.Span > 1)
        {
            // The errors of means are not those of values: only the level is moved.
            _forecaster.Move(before - _history.Season());
            if (_history.Period is > 0 and < 16)
                Forget();
            return;
        }

        _tail.Reset();
        var from = (int)Math.Ceiling(_history.Period);
        Seasonality.Replay(_history, _history.Period, from, Floor(_history[_history.Count - 1]), _tail, out _forecaster);
    }

    public void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)_count);
        if (_firstValues is not null)
        {
            for (var i = 0; i < _count; i++)
            {
                writer.Signed(_firstTimes![i]);
                writer.Double(_firstValues[i]);
            }

            return;
        }

        writer.Unsigned((ulong)_sinceReview);
        writer.Byte(_stepping ? (byte)1 : (byte)0);
        _clock.Write(ref writer);
        _forecaster.Write(ref writer);
        _steps.Write(ref writer);
        _tail.Write(ref writer);
        _history.Write(ref writer);
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Write"/> wrote.</exception>
    public void Read(ref ByteReader reader)
    {
        _count = (int)Math.Min(reader.Unsigned(), WarmAfter);
        if (_count < First)
        {
            _firstValues = new double[First];
            _firstTimes = new long[First];
            for (var i = 0; i < _count; i++)
            {
                _firstTimes[i] = reader.Signed();
                _firstValues[i] = reader.Double();
            }

            return;
        }

        _firstValues = null;
        _firstTimes = null;
        _sinceReview = (int)Math.Min(reader.Unsigned(), ReviewEvery);
        _stepping = reader.Byte() != 0;
        _clock.Read(ref reader);
        _forecaster.Read(ref reader);
        _steps.Read(ref reader);
        _tail.Read(ref reader);
        _history.Read(ref reader);
    }
}
