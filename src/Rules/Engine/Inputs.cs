using Rules.Coded;
using Rules.Language;

namespace Rules.Engine;

/// <summary>What an expression looks at: fields, windows, patterns, absences, anomalies.</summary>
internal static class Inputs
{
    /// <summary>The different ones, from left to right; not what windows and patterns look at themselves.</summary>
    public static IEnumerable<Expression> Of(Expression expression) => All(expression).Distinct();

    /// <summary>Those of both conditions of a rule.</summary>
    public static IEnumerable<Expression> Judged(RuleDefinition rule) =>
        rule.Resolve is null ? Of(rule.When) : Of(rule.When).Concat(Of(rule.Resolve)).Distinct();

    /// <summary>The number that a condition is about: what its first comparison of numbers compares; null when there is none.</summary>
    public static Expression? FirstNumber(Expression condition) => condition switch
    {
        BinaryExpression { Operator: BinaryOperator.And or BinaryOperator.Or } both => FirstNumber(both.Left) ?? FirstNumber(both.Right),
        BinaryExpression { Left.Type: RuleType.Boolean or RuleType.Text } => FirstField(condition),
        BinaryExpression comparison => comparison.Left is NumberLiteral or DurationLiteral ? comparison.Right : comparison.Left,
        UnaryExpression { Operator: UnaryOperator.Not } not => FirstNumber(not.Operand),
        InExpression { Operand: { Type: RuleType.Number } operand } => operand,
        FieldReference { Type: RuleType.Boolean } => FirstField(condition),
        CodedExpression code => code with { Type = RuleType.Number },
        _ => null,
    };

    // A boolean field is 1 or 0.
    private static FieldReference? FirstField(Expression condition) => condition switch
    {
        FieldReference { Type: RuleType.Boolean } field => field,
        BinaryExpression { Left: FieldReference { Type: RuleType.Boolean } field } => field,
        _ => null,
    };

    private static IEnumerable<Expression> All(Expression expression) => expression switch
    {
        UnaryExpression unary => All(unary.Operand),
        BinaryExpression binary => All(binary.Left).Concat(All(binary.Right)),
        InExpression @in => All(@in.Operand),
        MatchExpression match => All(match.Operand),
        CallExpression call => call.Arguments.SelectMany(All),
        CodedExpression code => code.Inputs.SelectMany(All),
        NumberLiteral or TextLiteral or BooleanLiteral or DurationLiteral or ContextReference => [],
        _ => [expression],
    };
}
