namespace Rules.Tests.Anomaly;

/// <summary>Kinds of series with a seeded noise; one instance a run.</summary>
/// <param name="name">As in the table.</param>
/// <param name="sigma">The standard deviation of what cannot be forecast: the unit of the spikes.</param>
/// <param name="value">The value of a step, from the generator's state.</param>
internal sealed class Series(string name, double sigma, Func<Series, int, double> value)
{
    public string Name { get; } = name;

    public double Sigma { get; } = sigma;

    public Noise Noise { get; private set; } = new(0);

    /// <summary>What a kind keeps between two steps.</summary>
    public double State { get; set; }

    /// <summary>Time between two steps in milliseconds.</summary>
    public long Step { get; init; } = 60_000;

    /// <summary>The share of steps without a value.</summary>
    public double Missing { get; init; }

    /// <summary>Size of spikes, in sigmas, from and to.</summary>
    public (double From, double To) Spikes { get; init; } = (6, 8);

    /// <summary>Whole numbers above zero only: spikes go up.</summary>
    public bool Counts { get; init; }

    public int Length { get; init; } = 20_000;

    public void Restart(int seed)
    {
        Noise = new Noise(seed);
        State = 0;
    }

    public double Next(int i) => value(this, i);

    private static double Wave(int i, double period) => Math.Sin(2 * Math.PI * i / period);

    private static double Ar(Series s, double phi) => s.State = phi * s.State + s.Noise.Gauss();

    /// <summary>A working day: a sharp rise, two peaks, an evening, with a daily period of that many steps.</summary>
    private static double Day(int i, int period)
    {
        var hour = 24.0 * (i % period) / period;
        return hour switch { < 7 => 0, < 12 => 12 + 2 * Math.Sin(hour), < 14 => 6, < 18 => 11, _ => 3 };
    }

    public static IReadOnlyList<Series> All() =>
    [
        new("gaussian", 1, (s, _) => 50 + s.Noise.Gauss()),
        new("student t3 (8-12 sigma)", 1.73, (s, _) => s.Noise.Student3()) { Spikes = (8, 12) },
        new("lognormal 0.5 (7-9 sigma)", 0.604, (s, _) => Math.Exp(0.5 * s.Noise.Gauss())) { Spikes = (7, 9), Counts = true },
        new("AR(1) 0.7", 1, (s, _) => Ar(s, 0.7)),
        new("random walk", 1, (s, _) => Ar(s, 1)),
        new("trend 0.05 sigma a step", 1, (s, i) => 0.05 * i + s.Noise.Gauss()),
        new("season 7", 1, (s, i) => 10 * (i % 7 < 5 ? 1 : 0) + 2 * (i % 7) + s.Noise.Gauss()),
        new("season 24, sine", 1, (s, i) => 10 * Wave(i, 24) + s.Noise.Gauss()) { Step = 3_600_000 },
        new("season 24, day", 1, (s, i) => Day(i, 24) + s.Noise.Gauss()) { Step = 3_600_000 },
        new("season 24, trend", 1, (s, i) => 10 * Wave(i, 24) + 0.03 * i + s.Noise.Gauss()) { Step = 3_600_000 },
        new("season 24, AR(1) 0.7", 1, (s, i) => 10 * Wave(i, 24) + Ar(s, 0.7)) { Step = 3_600_000 },
        new("season 24, 10 % missing", 1, (s, i) => Day(i, 24) + s.Noise.Gauss()) { Step = 3_600_000, Missing = 0.1 },
        new("season 36.5", 1, (s, i) => 10 * Wave(i, 36.5) + s.Noise.Gauss()),
        new("season 168", 1, (s, i) => Day(i, 24) * (i % 168 < 120 ? 1 : 0.2) + s.Noise.Gauss()) { Step = 3_600_000 },
        new("season 288, day", 1, (s, i) => Day(i, 288) + s.Noise.Gauss()) { Step = 300_000 },
        new("season 1440, sine", 1, (s, i) => 10 * Wave(i, 1440) + s.Noise.Gauss()),
        new("season 1440, day", 1, (s, i) => Day(i, 1440) + s.Noise.Gauss()),
        new("poisson 4 (7-9 sigma)", 2, (s, _) => s.Noise.Poisson(4)) { Spikes = (7, 9), Counts = true },
        new("poisson 0.2 (10-12 sigma)", 0.447, (s, _) => s.Noise.Poisson(0.2)) { Spikes = (10, 12), Counts = true },
        new("poisson 20, daily", 4.5, (s, i) => s.Noise.Poisson(20 + 15 * Wave(i, 24))) { Spikes = (7, 9), Counts = true },
        new("rounded slow sine", 0.1, (s, i) => Math.Round(20 + 3 * Wave(i, 600) + 0.02 * s.Noise.Gauss(), 1))
            { Spikes = (20, 30) },
        new("constant", 1, (_, _) => 42),
    ];
}

/// <summary>Draws from distributions; the same for the same seed.</summary>
internal sealed class Noise(int seed)
{
    private readonly Random _random = new(seed);

    public double Uniform() => _random.NextDouble();

    public double Gauss() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    public double Student3()
    {
        double a = Gauss(), b = Gauss(), c = Gauss();
        return Gauss() / Math.Sqrt((a * a + b * b + c * c) / 3);
    }

    public double Poisson(double mean)
    {
        var limit = Math.Exp(-mean);
        var n = 0;
        for (var product = Uniform(); product > limit; product *= Uniform())
            n++;
        return n;
    }
}
