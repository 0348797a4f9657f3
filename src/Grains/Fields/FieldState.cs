namespace Grains.Fields;

/// <summary>The statistics of one number of one entity. Its last values live beside it, in the entity's ring.</summary>
internal struct FieldState
{
    public long Count;
    public double Sum;
    public double Min;
    public double Max;
    public double EwMean;
    public double EwVariance;
    public double Last;

    /// <summary>How many of the ring's places hold a value.</summary>
    public int RecentCount;

    public static FieldState Empty => new() { Min = double.PositiveInfinity, Max = double.NegativeInfinity };

    /// <summary>
    /// The order and shape of these operations is part of the meaning: other systems must come to the same bits.
    /// </summary>
    /// <param name="recent">The ring: the value number n is at n modulo its length.</param>
    public void Add(double value, double alpha, Span<double> recent)
    {
        var delta = value - EwMean;
        EwMean += alpha * delta;
        EwVariance = (1 - alpha) * (EwVariance + alpha * delta * delta);
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        Sum += value;
        Last = value;
        if (recent.Length > 0)
        {
            recent[(int)(Count % recent.Length)] = value;
            if (RecentCount < recent.Length)
                RecentCount++;
        }

        Count++;
    }

    /// <summary>The n-th of the last values, 0 = the oldest.</summary>
    public readonly double Recent(ReadOnlySpan<double> recent, int n) =>
        recent[(int)((Count - RecentCount + n) % recent.Length)];

    /// <summary>Puts back the last values, oldest first, as many as the ring holds.</summary>
    public void RestoreRecent(ReadOnlySpan<double> values, Span<double> recent)
    {
        values = values[Math.Max(0, values.Length - recent.Length)..];
        RecentCount = values.Length;
        for (var i = 0; i < values.Length; i++)
            recent[(int)((Count - RecentCount + i) % recent.Length)] = values[i];
    }
}
