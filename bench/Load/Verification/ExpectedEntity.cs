namespace Load.Verification;

/// <summary>
/// What an entity must come to, worked out by the plainest loop there is: the twin of the peers' <c>EntityState.java</c>, with
/// nothing of the code that it judges.
/// </summary>
internal sealed class ExpectedEntity
{
    public const int RecentValues = 16;
    private const double Threshold = 90;
    private const double Alpha = 0.05;

    private readonly double[] _recent = new double[RecentValues];

    public long Count { get; private set; }

    public double Sum { get; private set; }

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    public double EwMean { get; private set; }

    public double EwVariance { get; private set; }

    public double Last { get; private set; }

    public long FirstTime { get; private set; }

    public long LastTime { get; private set; }

    public bool IsFiring { get; private set; }

    /// <summary>The offset after its last good record.</summary>
    public long Applied { get; set; }

    /// <summary>The offset after its last record, good or not: one that it refused moves its ledger on as well.</summary>
    public long AppliedAtMost { get; set; }

    /// <summary>The last values, oldest first.</summary>
    public IEnumerable<double> Recent
    {
        get
        {
            for (var i = Math.Max(0, Count - RecentValues); i < Count; i++)
                yield return _recent[i % RecentValues];
        }
    }

    /// <summary>Applies one event; true when the alert changed.</summary>
    public bool Apply(double value, long time)
    {
        var delta = value - EwMean;
        EwMean += Alpha * delta;
        EwVariance = (1 - Alpha) * (EwVariance + Alpha * delta * delta);
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        Sum += value;
        Last = value;
        _recent[Count % RecentValues] = value;
        if (Count++ == 0) FirstTime = time;
        LastTime = time;
        var fires = value > Threshold;
        var changed = fires != IsFiring;
        IsFiring = fires;
        return changed;
    }
}
