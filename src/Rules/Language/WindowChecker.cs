using Rules.Aggregates;

namespace Rules.Language;

/// <summary>Checks the windows of aggregates.</summary>
internal static class WindowChecker
{
    /// <summary>No pane is shorter than a millisecond.</summary>
    private const int ShortestSliding = PaneLayout.PanesOfSize;

    /// <param name="usage">Of the function, as an error shows it.</param>
    public static WindowSpec Window(ArgumentSyntax argument, AggregateFunction function, string usage)
    {
        if (argument.Value is not LiteralSyntax value || argument.Where is not null
            || (argument.Shape is null && value.Kind != TokenKind.Duration))
            throw new ParseException(argument.Position, $"expected a window such as 5m, tumbling 5m, hopping 5m every 1m, "
                + $"session gap 30m or last 20, as in {usage}");
        if (function == AggregateFunction.Ewma)
            return argument.Shape is null && argument.Offset is null
                ? new(WindowShape.None, Positive(value), 0, 0, 0)
                : throw new ParseException(argument.Position, $"expected a duration, the half-life, as in {usage}");
        var shape = argument.Shape ?? WindowShape.Sliding;
        if (argument.Offset is not null && shape is WindowShape.Session or WindowShape.LastN)
            throw new ParseException(argument.Offset.Position, "only sliding, tumbling and hopping windows take an offset");
        var offset = argument.Offset is null ? 0 : Positive(argument.Offset);
        if (shape == WindowShape.LastN)
            return new(shape, 0, 0, ExpressionChecker.Integer(value, 1, WindowLimits.MostValues), 0);
        var size = Positive(value);
        if (shape == WindowShape.Sliding && size < ShortestSliding)
            throw new ParseException(value.Position, $"a sliding window is at least {ShortestSliding}ms long, got '{value.Raw}'");
        return new(shape, size, argument.Step is null ? 0 : Step(argument.Step, size), 0, offset);
    }

    /// <summary>A duration longer than 0, milliseconds.</summary>
    public static long Positive(LiteralSyntax literal) => ExpressionChecker.Duration(literal) is > 0 and var duration
        ? duration
        : throw new ParseException(literal.Position, $"expected a duration longer than 0, got '{literal.Raw}'");

    private static long Step(LiteralSyntax literal, long size)
    {
        var step = Positive(literal);
        if (size % step != 0)
            throw new ParseException(literal.Position, $"the window's size is not a multiple of its step '{literal.Raw}'");
        if (size / step > PaneLayout.Most)
            throw new ParseException(literal.Position, $"the window has {size / step} steps: expected at most {PaneLayout.Most}");
        return step;
    }
}
