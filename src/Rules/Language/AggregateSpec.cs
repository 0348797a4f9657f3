using System.Collections.Immutable;

namespace Rules.Language;

/// <summary>Of no samples a count is 0 and all else is missing; so is what is not finite.</summary>
public enum AggregateFunction
{
    Count,
    Sum,
    Avg,
    Min,
    Max,

    /// <summary>Standard deviation of the population: of one sample 0.</summary>
    Stddev,

    /// <summary>
    /// Increase of a counter a second, over the time between the window's first and last sample; missing where that is
    /// 0.
    /// </summary>
    Rate,

    /// <summary>Last minus first; missing of less than two samples.</summary>
    Delta,

    /// <summary>
    /// How much a counter has grown from the window's first to its last sample, not extrapolated: a smaller value than
    /// the one before is a restart from 0. Missing of less than two samples.
    /// </summary>
    Increase,

    /// <summary>The earliest; of those of one time the first to arrive.</summary>
    First,

    /// <summary>The latest; of those of one time the last to arrive.</summary>
    Last,

    /// <summary>
    /// How many different values; of a number or a text. Exact up to 256 and of the last n, else with a standard error
    /// of 2.3 %.
    /// </summary>
    Distinct,

    /// <summary>
    /// The <see cref="AggregateSpec.Parameter"/>-quantile, 0 to 1, between the two nearest in proportion. Exact of up
    /// to 64 samples and of the last n; else with a relative error of 1 % (2 %, 4 %, … where the greatest number is
    /// over 160, 25,000, … times the least).
    /// </summary>
    Quantile,

    /// <summary>Mean weighted by 2^(-age / half-life); it has no window, its duration is the half-life.</summary>
    Ewma,

    /// <summary>Of the least-squares line, a second; missing where all samples are of one time.</summary>
    Slope,
}

public enum WindowShape
{
    /// <summary>
    /// <c>avg(x, 5m)</c>: the current pane and the 60 before it; a pane is a 60th of the size. (With an offset of over
    /// 24 times the size: a 1,440th of the offset.)
    /// </summary>
    Sliding,

    /// <summary>
    /// <c>avg(x, tumbling 5m)</c>: the last that is complete; windows begin at multiples of the size since the epoch.
    /// </summary>
    Tumbling,

    /// <summary>
    /// <c>avg(x, hopping 5m every 1m)</c>: the last that is complete; <see cref="WindowSpec.Step"/> divides the size.
    /// Size and offset together are at most 1,440 steps, here and of tumbling windows, whose step is their size.
    /// </summary>
    Hopping,

    /// <summary><c>avg(x, session gap 30m)</c>: the one that goes on, or the last one until a new one begins.</summary>
    Session,

    /// <summary><c>avg(x, last 20)</c>: the last n values in the order of their times, later arrival last.</summary>
    LastN,

    /// <summary>Of <see cref="AggregateFunction.Ewma"/>.</summary>
    None,
}

/// <summary>What part of the past an aggregate is of. Durations are milliseconds.</summary>
/// <param name="Size">The length of a sliding, tumbling or hopping window; the gap of a session; the half-life of an
/// ewma; else 0.</param>
/// <param name="Step">Of a hopping window, else 0.</param>
/// <param name="Count">Of the last n values, 1 to 10,000; else 0.</param>
/// <param name="Offset">How long before now the window ends; sliding, tumbling and hopping only.</param>
public sealed record WindowSpec(WindowShape Shape, long Size, long Step, int Count, long Offset);

/// <summary>
/// <c>avg(x where state == "open", 5m)</c>, <c>count(state == "denied", 5m)</c>, <c>count(5m)</c>, <c>quantile(0.95, x,
/// 5m)</c>.
/// </summary>
/// <param name="Argument">What is gathered; null for a count. A text only for <see
/// cref="AggregateFunction.Distinct"/>.</param>
/// <param name="Filter">Which events count; null: all (that have the argument).</param>
/// <param name="Parameter">Of a quantile; else 0.</param>
public sealed record AggregateSpec(
    AggregateFunction Function, Expression? Argument, Expression? Filter, WindowSpec Window, double Parameter);

/// <param name="Times">How often it must hold, 1 to 1,000 (events between that do not match are passed over).</param>
/// <param name="IsNegated"><c>not b</c>: must not hold between the steps before and after; neither first nor
/// last.</param>
public sealed record PatternStep(Expression Condition, int Times, bool IsNegated);

/// <summary><c>sequence(state == "denied" times 5, not state == "reset", state == "open") within 1m</c>.</summary>
/// <param name="Within">From the first to the last event of a match, milliseconds.</param>
public sealed record PatternSpec(ImmutableArray<PatternStep> Steps, long Within)
{
    public bool Equals(PatternSpec? other) => other is not null && Within == other.Within && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => HashCode.Combine(Steps.Length, Within);
}
