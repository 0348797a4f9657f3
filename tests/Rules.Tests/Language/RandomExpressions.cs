using System.Collections.Immutable;
using Rules.Language;

namespace Rules.Tests.Language;

/// <summary>Random expressions as the parser gives them: a minus before a literal is part of it.</summary>
internal sealed class RandomExpressions(Random random)
{
    private static readonly string[] Texts = ["", "a", "it's", "\"q\"", "back\\slash", "two\nlines", "\u0001\u007f", "ü°C 🙂", "`", "}}"];

    private bool _hasPast = true;

    public Expression Next(int depth) => Of(Any(RuleType.Number, RuleType.Text, RuleType.Boolean, RuleType.Time, RuleType.Duration), depth);

    public Expression Of(RuleType type, int depth)
    {
        if (depth == 0 || random.Next(5) == 0)
            return Leaf(type);
        return type switch
        {
            RuleType.Number => Number(depth - 1),
            RuleType.Boolean => Boolean(depth - 1),
            RuleType.Time => random.Next(2) == 0
                ? Coalesce(RuleType.Time, depth - 1)
                : new BinaryExpression(
                    Any(BinaryOperator.Add, BinaryOperator.Subtract), Of(RuleType.Time, depth - 1), Of(RuleType.Duration, depth - 1), type),
            RuleType.Duration => Duration(depth - 1),
            _ => Coalesce(RuleType.Text, depth - 1),
        };
    }

    private Expression Leaf(RuleType type)
    {
        var fields = TestFields.All.Where(f => f.Type == type).ToArray();
        if (fields.Length > 0 && random.Next(2) == 0)
            return new FieldReference(Any(fields));
        return type switch
        {
            RuleType.Time => new ContextReference(ContextValue.Time, type),
            RuleType.Text when random.Next(3) == 0 => new ContextReference(Any(ContextValue.Entity, ContextValue.Rule), type),
            _ => Literal(type),
        };
    }

    private Expression Literal(RuleType type) => type switch
    {
        RuleType.Number => new NumberLiteral(
            Any(0, 1, -1, 0.1, 1e300, -5e-324, double.MaxValue, random.NextDouble(), -random.Next(1000), 1e20)),
        RuleType.Text => new TextLiteral(Any(Texts)),
        RuleType.Boolean => new BooleanLiteral(random.Next(2) == 0),
        _ => new DurationLiteral(Any(0, 1, -1, 1) * Milliseconds()),
    };

    private Expression Number(int depth) => random.Next(_hasPast ? 8 : 5) switch
    {
        0 => Negate(Of(RuleType.Number, depth)),
        1 or 2 => new BinaryExpression(
            Any(BinaryOperator.Add, BinaryOperator.Subtract, BinaryOperator.Multiply, BinaryOperator.Divide, BinaryOperator.Remainder),
            Of(RuleType.Number, depth), Of(RuleType.Number, depth), RuleType.Number),
        3 => new BinaryExpression(
            BinaryOperator.Divide, Of(RuleType.Duration, depth), Of(RuleType.Duration, depth), RuleType.Number),
        4 => Function(depth),
        5 => new AnomalyExpression(Single(() => Of(RuleType.Number, depth))),
        _ => Single(() => Aggregate(depth)),
    };

    private CallExpression Function(int depth)
    {
        var function = Any(Enum.GetValues<ScalarFunction>().Except([ScalarFunction.Missing, ScalarFunction.Coalesce]).ToArray());
        ImmutableArray<Expression> arguments = function switch
        {
            ScalarFunction.Round when random.Next(2) == 0 =>
                [Of(RuleType.Number, depth), new NumberLiteral(random.Next(16))],
            ScalarFunction.Least or ScalarFunction.Greatest =>
                [.. Enumerable.Range(0, random.Next(2, 5)).Select(_ => Of(RuleType.Number, depth))],
            ScalarFunction.Hour or ScalarFunction.DayOfWeek => [Of(RuleType.Time, depth)],
            ScalarFunction.Seconds => [Of(RuleType.Duration, depth)],
            _ => [Of(RuleType.Number, depth)],
        };
        return new CallExpression(function, arguments, RuleType.Number);
    }

    private AggregateExpression Aggregate(int depth)
    {
        var function = Any(Enum.GetValues<AggregateFunction>());
        var argument = function switch
        {
            AggregateFunction.Count => null,
            AggregateFunction.Distinct => Of(Any(RuleType.Number, RuleType.Text), depth),
            _ => Of(RuleType.Number, depth),
        };
        var filter = random.Next(2) == 0 ? null : Of(RuleType.Boolean, depth);
        return new AggregateExpression(new AggregateSpec(
            function, argument, filter, Window(function), function == AggregateFunction.Quantile ? random.NextDouble() : 0));
    }

    private WindowSpec Window(AggregateFunction function)
    {
        if (function == AggregateFunction.Ewma)
            return new WindowSpec(WindowShape.None, Milliseconds(), 0, 0, 0);
        var offset = random.Next(2) * Milliseconds();
        var steps = random.Next(1, 1441); // of size and offset together at most 1,440
        var step = Milliseconds() / 1440;
        return random.Next(5) switch
        {
            0 => new WindowSpec(WindowShape.Tumbling, step + 1, 0, 0, random.Next(1440) * (step + 1)),
            1 => new WindowSpec(WindowShape.Hopping, (step + 1) * steps, step + 1, 0, random.Next(1441 - steps) * (step + 1)),
            2 => new WindowSpec(WindowShape.Session, Milliseconds(), 0, 0, 0),
            3 => new WindowSpec(WindowShape.LastN, 0, 0, random.Next(1, 10_001), 0),
            _ => new WindowSpec(WindowShape.Sliding, 60 + Milliseconds(), 0, 0, offset),
        };
    }

    private Expression Boolean(int depth) => random.Next(_hasPast ? 11 : 9) switch
    {
        0 or 1 => new UnaryExpression(UnaryOperator.Not, Of(RuleType.Boolean, depth)),
        2 or 3 => new BinaryExpression(
            Any(BinaryOperator.Or, BinaryOperator.And), Of(RuleType.Boolean, depth), Of(RuleType.Boolean, depth), RuleType.Boolean),
        4 => Comparison(Any(RuleType.Number, RuleType.Time, RuleType.Duration), BinaryOperator.GreaterOrEqual, depth),
        5 => Comparison(Any(RuleType.Text, RuleType.Boolean), BinaryOperator.NotEqual, depth),
        6 => In(Any(RuleType.Number, RuleType.Text, RuleType.Boolean, RuleType.Duration), depth),
        7 => new MatchExpression(Any(Enum.GetValues<TextMatch>()), Of(RuleType.Text, depth), Any("", "a+", "^\"$")),
        8 => new CallExpression(ScalarFunction.Missing, [Next(depth)], RuleType.Boolean),
        9 => new AbsentExpression(random.Next(2) == 0 ? null : Single(() => Of(RuleType.Boolean, depth)), Milliseconds()),
        _ => Single(() => Pattern(depth)),
    };

    private BinaryExpression Comparison(RuleType type, BinaryOperator last, int depth) => new(
        (BinaryOperator)random.Next((int)BinaryOperator.Equal, (int)last + 1), Of(type, depth), Of(type, depth), RuleType.Boolean);

    private InExpression In(RuleType type, int depth) =>
        new(Of(type, depth), [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Literal(type))]);

    private PatternExpression Pattern(int depth)
    {
        var count = random.Next(1, 5);
        var steps = Enumerable.Range(0, count).Select(i => i > 0 && i < count - 1 && random.Next(2) == 0
            ? new PatternStep(Of(RuleType.Boolean, depth), 1, true)
            : new PatternStep(Of(RuleType.Boolean, depth), random.Next(2) == 0 ? 1 : random.Next(1, 251), false));
        return new PatternExpression(new PatternSpec([.. steps], Milliseconds()));
    }

    private Expression Duration(int depth) => random.Next(5) switch
    {
        0 => Negate(Of(RuleType.Duration, depth)),
        1 => new BinaryExpression(
            Any(BinaryOperator.Add, BinaryOperator.Subtract), Of(RuleType.Duration, depth), Of(RuleType.Duration, depth), RuleType.Duration),
        2 => new BinaryExpression(
            Any(BinaryOperator.Multiply, BinaryOperator.Divide), Of(RuleType.Duration, depth), Of(RuleType.Number, depth), RuleType.Duration),
        3 => new BinaryExpression(BinaryOperator.Subtract, Of(RuleType.Time, depth), Of(RuleType.Time, depth), RuleType.Duration),
        _ => Coalesce(RuleType.Duration, depth),
    };

    private CallExpression Coalesce(RuleType type, int depth) =>
        new(ScalarFunction.Coalesce, [Of(type, depth), Of(type, depth)], type);

    private static Expression Negate(Expression operand) => operand switch
    {
        NumberLiteral number => new NumberLiteral(0 - number.Value),
        DurationLiteral duration => new DurationLiteral(-duration.Milliseconds),
        _ => new UnaryExpression(UnaryOperator.Negate, operand),
    };

    /// <summary>Something of the past, within which all is about single events.</summary>
    private T Single<T>(Func<T> make)
    {
        _hasPast = false;
        var made = make();
        _hasPast = true;
        return made;
    }

    private long Milliseconds() => Any(1, 999, 60_000, 5_400_000, 86_400_000, 604_800_000, random.Next(1, int.MaxValue));

    private T Any<T>(params T[] values) => values[random.Next(values.Length)];
}
