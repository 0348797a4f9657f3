using System.Collections.Immutable;

namespace Rules.Language;

/// <summary>
/// A checked expression: its operands have the types that its operator takes, every name is known. <see cref="object.ToString"/> of each
/// is its canonical text: parsed again it gives an equal expression, and equal expressions have equal texts.
/// </summary>
/// <param name="Type">The type of its value; any value may be missing.</param>
public abstract record Expression(RuleType Type)
{
    public sealed override string ToString() => ExpressionWriter.Write(this);
}

public sealed record NumberLiteral(double Value) : Expression(RuleType.Number);

public sealed record TextLiteral(string Value) : Expression(RuleType.Text);

public sealed record BooleanLiteral(bool Value) : Expression(RuleType.Boolean);

/// <param name="Milliseconds">Its length.</param>
public sealed record DurationLiteral(long Milliseconds) : Expression(RuleType.Duration);

/// <summary>A field of the event that is judged; missing when the event does not have it.</summary>
public sealed record FieldReference(RuleField Field) : Expression(Field.Type);

/// <summary>What is known besides the fields: <c>entity</c> and <c>rule</c> (texts), <c>time</c> (of the event).</summary>
public sealed record ContextReference(ContextValue Value, RuleType Type) : Expression(Type);

public enum ContextValue
{
    Entity,
    Rule,
    Time,
}

public enum UnaryOperator
{
    /// <summary><c>not x</c>, of a boolean.</summary>
    Not,

    /// <summary><c>-x</c>, of a number or duration.</summary>
    Negate,
}

public sealed record UnaryExpression(UnaryOperator Operator, Expression Operand) : Expression(Operand.Type);

public enum BinaryOperator
{
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// <summary>
/// <c>and</c>, <c>or</c> of booleans (three-valued, as in SQL: missing and false = false); comparisons of two values of one type (a boolean
/// and a text only by equality); arithmetic of numbers, time - time = duration, time ± duration = time, duration ± duration, duration × ÷ number,
/// duration ÷ duration = number. What divides by zero is missing.
/// </summary>
public sealed record BinaryExpression(BinaryOperator Operator, Expression Left, Expression Right, RuleType Type) : Expression(Type);

/// <summary><c>x in (a, b)</c>: literals of the operand's type. <c>not in</c> is <see cref="UnaryOperator.Not"/> of it.</summary>
public sealed record InExpression(Expression Operand, ImmutableArray<Expression> List) : Expression(RuleType.Boolean)
{
    public bool Equals(InExpression? other) => other is not null && Operand.Equals(other.Operand) && List.SequenceEqual(other.List);

    public override int GetHashCode() => HashCode.Combine(Operand, List.Length);
}

public enum TextMatch
{
    Contains,
    StartsWith,
    EndsWith,

    /// <summary>A regular expression, matched without backtracking.</summary>
    Matches,
}

/// <summary><c>x contains "a"</c>, <c>starts with</c>, <c>ends with</c>, <c>matches</c>; ordinal.</summary>
public sealed record MatchExpression(TextMatch Match, Expression Operand, string Pattern) : Expression(RuleType.Boolean);

public enum ScalarFunction
{
    Abs,
    Ceil,
    Exp,
    Floor,
    Log,
    Sqrt,

    /// <summary>Of a number, to that many decimals (0 to 15, default 0), half away from zero.</summary>
    Round,

    /// <summary>The least of two or more numbers; missing ones are left out.</summary>
    Least,

    /// <summary>The greatest of two or more numbers; missing ones are left out.</summary>
    Greatest,

    /// <summary>The first argument that is not missing; all of one type.</summary>
    Coalesce,

    /// <summary>Whether the argument is missing; never missing itself.</summary>
    Missing,

    /// <summary>Of a time, UTC: 0 to 23.</summary>
    Hour,

    /// <summary>Of a time, UTC: 0 = Sunday to 6 = Saturday, as Prometheus counts.</summary>
    DayOfWeek,

    /// <summary>Seconds of a duration.</summary>
    Seconds,
}

public sealed record CallExpression(ScalarFunction Function, ImmutableArray<Expression> Arguments, RuleType Type) : Expression(Type)
{
    public bool Equals(CallExpression? other) =>
        other is not null && Function == other.Function && Arguments.SequenceEqual(other.Arguments);

    public override int GetHashCode() => HashCode.Combine(Function, Arguments.Length);
}

/// <summary>What a window or a series has gathered; a number.</summary>
public sealed record AggregateExpression(AggregateSpec Spec) : Expression(RuleType.Number);

/// <summary>
/// <c>absent(5m)</c>, <c>absent(state == "ok", 5m)</c>: no event, or none for which the filter holds, in the last <see cref="Milliseconds"/>.
/// Of an entity that has had no such event it counts from the entity's first event.
/// </summary>
public sealed record AbsentExpression(Expression? Filter, long Milliseconds) : Expression(RuleType.Boolean);

/// <summary>Whether the event completes the pattern.</summary>
public sealed record PatternExpression(PatternSpec Spec) : Expression(RuleType.Boolean);

/// <summary>How unusual a number's newest value is, 0 to 1; missing until there have been enough.</summary>
public sealed record AnomalyExpression(Expression Argument) : Expression(RuleType.Number);
