namespace Rules.Language;

/// <summary>Finds values for which a rule would fire and resolve in turn.</summary>
internal static class Contradiction
{
    /// <summary>
    /// A value for which both hold; null when there is none or it is not seen: only comparisons of one and the same
    /// expression with a number, true or false are looked at.
    /// </summary>
    public static double? Common(Expression when, Expression resolve)
    {
        if (when is not BinaryExpression first || resolve is not BinaryExpression second
            || !first.Left.Equals(second.Left) || Limit(first) is not { } a || Limit(second) is not { } b)
            return null;
        ReadOnlySpan<double> candidates =
        [
            (a / 2) + (b / 2), a, b, a - 1, a + 1, b - 1, b + 1,
            Math.BitDecrement(a), Math.BitIncrement(a), Math.BitDecrement(b), Math.BitIncrement(b),
        ];
        foreach (var value in candidates)
            if (Holds(first.Operator, value, a) && Holds(second.Operator, value, b)
                && (first.Left.Type == RuleType.Number || value is 0 or 1))
                return value;
        return null;
    }

    private static double? Limit(BinaryExpression comparison) => comparison.Right switch
    {
        NumberLiteral number => number.Value,
        BooleanLiteral boolean => boolean.Value ? 1 : 0,
        _ => null,
    };

    private static bool Holds(BinaryOperator o, double value, double limit) => o switch
    {
        BinaryOperator.Greater => value > limit,
        BinaryOperator.GreaterOrEqual => value >= limit,
        BinaryOperator.Less => value < limit,
        BinaryOperator.LessOrEqual => value <= limit,
        BinaryOperator.Equal => value == limit,
        BinaryOperator.NotEqual => value != limit,
        _ => false,
    };
}
