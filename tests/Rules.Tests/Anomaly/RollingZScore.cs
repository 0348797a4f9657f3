namespace Rules.Tests.Anomaly;

/// <summary>The plain baseline: mean and standard deviation of the latest values, and the normal distribution.</summary>
internal sealed class RollingZScore(int window = 100)
{
    private readonly Queue<double> _values = new();

    public double Observe(double value)
    {
        var score = double.NaN;
        if (_values.Count == window)
        {
            var mean = _values.Average();
            var deviation = Math.Sqrt(_values.Sum(x => (x - mean) * (x - mean)) / (window - 1));
            score = value == mean ? 0 : 1 - TwoSided(Math.Abs(value - mean) / deviation);
            _values.Dequeue();
        }

        _values.Enqueue(value);
        return score;
    }

    /// <summary>The normal distribution's share beyond ±z (Abramowitz and Stegun 7.1.26).</summary>
    private static double TwoSided(double z)
    {
        var x = z / Math.Sqrt(2);
        var t = 1 / (1 + 0.3275911 * x);
        var polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        return polynomial * Math.Exp(-x * x);
    }
}
