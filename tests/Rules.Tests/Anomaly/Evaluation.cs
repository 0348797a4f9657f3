namespace Rules.Tests.Anomaly;

/// <summary>False alarms of a scorer per level, and how many spikes it gives more than 0.999.</summary>
/// <param name="Values">Scored values that are no spike.</param>
/// <param name="Above90">Of these the share above 0.9; 99: above 0.99 ..</param>
/// <param name="Hits">Share of the spikes that score above 0.999; NaN without spikes.</param>
internal sealed record Evaluation(
    int Values, double Above90, double Above99, double Above999, double Above9999, double Hits, double Period)
{
    private const int Quiet = 1_000;
    private const int SpikeEvery = 1_000;

    /// <summary>Several seeds of the series without spikes, then several with a spike each 1,000 values or so.</summary>
    /// <param name="create">A new scorer: takes time and value.</param>
    /// <param name="period">Of the latest scorer.</param>
    public static Evaluation Of(Series series, Func<Func<long, double, double>> create, int seeds, Func<double>? period = null)
    {
        var clean = new Tally();
        var spiked = new Tally();
        for (var seed = 1; seed <= seeds; seed++)
        {
            Run(series, create(), seed, 0, clean);
            Run(series, create(), seed + 1000, SpikeEvery, spiked);
        }

        double Share(int level) => clean.Above[level] / (double)clean.Values;
        return new Evaluation(clean.Values, Share(0), Share(1), Share(2), Share(3),
            spiked.Hits / (double)spiked.Spikes, period?.Invoke() ?? 0);
    }

    private static void Run(Series series, Func<long, double, double> scorer, int seed, int spikeEvery, Tally tally)
    {
        series.Restart(seed);
        var other = new Noise(seed + 5000);
        // Seasons of a day a minute need days to be seen; others are expected at once.
        var quiet = series.Name.Contains("1440", StringComparison.Ordinal) ? 5 * Quiet : Quiet;
        for (var i = 0; i < series.Length; i++)
        {
            var value = series.Next(i);
            var spike = spikeEvery > 0 && i > quiet && other.Uniform() * spikeEvery < 1;
            if (spike)
                value += Size(series, other);
            if (other.Uniform() < series.Missing)
                continue;
            var score = scorer(1_700_000_000_000 + i * series.Step, value);
            if (double.IsNaN(score))
                continue;
            tally.Add(score, spike);
        }
    }

    private static double Size(Series series, Noise noise)
    {
        var size = series.Sigma * (series.Spikes.From + noise.Uniform() * (series.Spikes.To - series.Spikes.From));
        if (series.Counts)
            return series.Name.StartsWith("poisson", StringComparison.Ordinal) ? Math.Round(size) : size;
        return noise.Uniform() < 0.5 ? -size : size;
    }

    private sealed class Tally
    {
        private static readonly double[] _levels = [0.9, 0.99, 0.999, 0.9999];

        public int[] Above { get; } = new int[_levels.Length];

        public int Values { get; private set; }

        public int Spikes { get; private set; }

        public int Hits { get; private set; }

        public void Add(double score, bool spike)
        {
            if (spike)
            {
                Spikes++;
                if (score > 0.999)
                    Hits++;
                return;
            }

            Values++;
            for (var i = 0; i < _levels.Length; i++)
            {
                if (score > _levels[i])
                    Above[i]++;
            }
        }
    }
}
