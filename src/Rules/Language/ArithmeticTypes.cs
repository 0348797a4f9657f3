namespace Rules.Language;

/// <summary>What arithmetic gives.</summary>
internal static class ArithmeticTypes
{
    /// <summary>The type of the result; null: the operator does not take these.</summary>
    public static RuleType? Of(BinaryOperator o, RuleType left, RuleType right) => (left, right) switch
    {
        (RuleType.Number, RuleType.Number) => RuleType.Number,
        (RuleType.Time, RuleType.Time) when o == BinaryOperator.Subtract => RuleType.Duration,
        (RuleType.Time, RuleType.Duration) when IsSum(o) => RuleType.Time,
        (RuleType.Duration, RuleType.Time) when o == BinaryOperator.Add => RuleType.Time,
        (RuleType.Duration, RuleType.Duration) when IsSum(o) => RuleType.Duration,
        (RuleType.Duration, RuleType.Duration) when o == BinaryOperator.Divide => RuleType.Number,
        (RuleType.Duration, RuleType.Number) when o is BinaryOperator.Multiply or BinaryOperator.Divide => RuleType.Duration,
        (RuleType.Number, RuleType.Duration) when o == BinaryOperator.Multiply => RuleType.Duration,
        _ => null,
    };

    private static bool IsSum(BinaryOperator o) => o is BinaryOperator.Add or BinaryOperator.Subtract;
}
