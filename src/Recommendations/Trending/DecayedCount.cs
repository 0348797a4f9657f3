namespace Recommendations.Trending;

/// <summary>A sum of weights, each 2^(-age / half-life), as of the newest of their times.</summary>
/// <param name="Time">Unix milliseconds.</param>
public readonly record struct DecayedCount(double Value, long Time)
{
    /// <summary>Both together.</summary>
    public DecayedCount Plus(DecayedCount other, TimeSpan halfLife) => Time >= other.Time
        ? new(Value + (other.Value * Decay.Of(Time - other.Time, halfLife)), Time)
        : other.Plus(this, halfLife);

    /// <summary>
    /// The higher of two states of one count, as of the same time. A count only grows but for the decay that all share, so
    /// that is the later one, in whatever order and however often they come.
    /// </summary>
    public DecayedCount Later(DecayedCount other, TimeSpan halfLife)
    {
        var now = Math.Max(Time, other.Time);
        return other.At(now, halfLife) > At(now, halfLife) ? other : this;
    }

    public double At(long now, TimeSpan halfLife) => Value * Decay.Of(now - Time, halfLife);
}
