namespace Recommendations;

internal static class Decay
{
    /// <summary>2^(-age / half-life): 1 at age 0 and for a time ahead.</summary>
    /// <param name="age">Milliseconds.</param>
    public static double Of(long age, TimeSpan halfLife) =>
        age <= 0 ? 1 : Math.Max(double.Epsilon, Math.Exp(-age * Math.Log(2) / halfLife.TotalMilliseconds));
}
