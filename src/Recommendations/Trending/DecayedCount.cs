namespace Recommendations.Trending;

/// <summary>A sum of weights, each 2^(-age / half-life), as of the newest of their times.</summary>
/// <param name="Time">Unix milliseconds.</param>
internal readonly record struct DecayedCount(double Value, long Time)
{
    public DecayedCount Plus(DecayedCount other, TimeSpan halfLife) => Time >= other.Time
        ? new(Value + (other.Value * Decay.Of(Time - other.Time, halfLife)), Time)
        : other.Plus(this, halfLife);

    public double At(long now, TimeSpan halfLife) => Value * Decay.Of(now - Time, halfLife);
}
