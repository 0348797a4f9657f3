using System.Numerics;

namespace Rules.Anomaly;

/// <summary>
/// Proposes the period of a history: the lag at which its autocorrelation, the trend removed, has a high and clear peak (the correlogram:
/// Box and Jenkins 1970; peaks checked at their multiples as in AUTOPERIOD, Vlachos, Yu and Castelli 2005). Whether a season of that period
/// predicts better than none is for the caller to find.
/// </summary>
internal static class PeriodFinder
{
    private const int MinPeriod = 3;
    private const int Limit = 127;
    private const double Clear = 0.15;

    /// <returns>In entries; 0: none.</returns>
    public static double Find(SeasonHistory history)
    {
        var count = history.Count;
        Span<float> values = stackalloc float[SeasonHistory.Capacity];
        values = values[..count];
        if (!Detrend(history, values))
            return 0;
        // The longest lag leaves two cycles, and some margin beside its peak.
        var longest = count / 2 - 1;
        Span<float> correlation = stackalloc float[SeasonHistory.Capacity / 2 + 2];
        correlation = correlation[..(longest + 2)];
        for (var lag = 0; lag < correlation.Length; lag++)
            correlation[lag] = Correlation(values, lag);
        var lag0 = Best(correlation, longest, count);
        return lag0 == 0 ? 0 : Refine(values, lag0);
    }

    /// <summary>
    /// The highest peak; among equals the first.
    /// </summary>
    private static int Best(ReadOnlySpan<float> correlation, int longest, int count)
    {
        var best = 0;
        var lowest = Math.Min(1, Math.Min(correlation[1], correlation[2]));
        var needed = Clear + 2 / MathF.Sqrt(count);
        for (var lag = MinPeriod; lag <= longest; lag++)
        {
            var here = correlation[lag];
            lowest = Math.Min(lowest, here);
            if (here < needed || here - lowest < needed || here < correlation[lag - 1] || here < correlation[lag + 1])
                continue;
            if (best == 0 || here > correlation[best] + 0.1f * (1 - correlation[best]) + 0.02f)
                best = lag;
        }

        return best;
    }

    /// <summary>By a peak near the largest multiple that leaves enough to compare: a period need not be whole.</summary>
    private static double Refine(ReadOnlySpan<float> values, int period)
    {
        var refined = (double)period;
        for (var multiple = 2; ; multiple *= 2)
        {
            var middle = (int)Math.Round(refined * multiple);
            var reach = Math.Min(multiple, period / 3);
            if (middle + reach > values.Length * 2 / 3)
                return Math.Abs(refined - period) * values.Length / period < 1 ? period : refined;
            var best = middle;
            var highest = Correlation(values, middle);
            for (var lag = middle - reach; lag <= middle + reach; lag++)
            {
                var here = Correlation(values, lag);
                if (here > highest + 0.01f)
                    (best, highest) = (lag, here);
            }

            refined = (double)best / multiple;
        }
    }

    /// <summary>
    /// Of whole numbers up to 127, at most 1024: all sums are exact in a float, in whatever order a machine's vectors add them.
    /// </summary>
    private static float Correlation(ReadOnlySpan<float> values, int lag)
    {
        var power = Dot(values, values) / values.Length;
        return Dot(values[lag..], values[..^lag]) / (values.Length - lag) / power;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sums = Vector<float>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
            sums += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        var sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static bool Detrend(SeasonHistory history, Span<float> values)
    {
        double sum = 0, moment = 0;
        var middle = (values.Length - 1) / 2.0;
        for (var i = 0; i < values.Length; i++)
        {
            var value = history.Raw(i);
            values[i] = value;
            sum += value;
            moment += value * (i - middle);
        }

        var mean = sum / values.Length;
        var slope = moment * 12 / (values.Length * ((double)values.Length * values.Length - 1));
        var largest = 0.0;
        for (var i = 0; i < values.Length; i++)
            largest = Math.Max(largest, Math.Abs(values[i] - mean - slope * (i - middle)));
        if (largest < 0.5)
            return false;
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)Math.Round((values[i] - mean - slope * (i - middle)) * (Limit / largest));
        return true;
    }
}
