using Rules.Language;

namespace Rules.Aggregates;

/// <summary>What windows there can be.</summary>
internal static class WindowLimits
{
    public const int MostValues = 10_000;

    /// <summary>What is wrong with an aggregate's function, parameter and window; null: nothing.</summary>
    public static string? Problem(AggregateSpec spec) => spec switch
    {
        { Function: AggregateFunction.Quantile, Parameter: not (>= 0 and <= 1) } =>
            $"the quantile {spec.Parameter} is not from 0 to 1",
        { Function: AggregateFunction.Ewma, Window.Shape: not WindowShape.None } => "ewma takes a half-life, no window",
        { Function: not AggregateFunction.Ewma, Window.Shape: WindowShape.None } => "a window is missing",
        _ => ProblemOfWindow(spec.Window),
    };

    /// <summary>What the panes of a tumbling or hopping window are apart, milliseconds.</summary>
    public static long Step(WindowSpec window) => window.Shape == WindowShape.Hopping ? window.Step : window.Size;

    private static string? ProblemOfWindow(WindowSpec window)
    {
        var takesOffset = window.Shape is WindowShape.Sliding or WindowShape.Tumbling or WindowShape.Hopping;
        if (window.Offset != 0 && !takesOffset)
            return "only a sliding, tumbling or hopping window takes an offset";
        if (window.Shape == WindowShape.LastN)
            return window.Count is >= 1 and <= MostValues ? null : $"a window is of the last 1 to {MostValues} values";
        if (window.Size is < 1 or > DurationParser.Longest || window.Offset is < 0 or > DurationParser.Longest)
            return "a duration is from 1 ms to 100 years, an offset from 0";
        return window.Shape is WindowShape.Tumbling or WindowShape.Hopping ? ProblemOfSteps(window) : null;
    }

    private static string? ProblemOfSteps(WindowSpec window)
    {
        var step = Step(window);
        if (step < 1 || window.Size % step != 0)
            return "the step of a hopping window must divide its size";
        return (window.Size + window.Offset) / step > PaneLayout.Most
            ? $"size and offset are at most {PaneLayout.Most} times the step (a sliding window reaches further)"
            : null;
    }
}
