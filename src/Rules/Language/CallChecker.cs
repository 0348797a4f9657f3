using System.Collections.Immutable;
using Rules.Aggregates;
using Rules.Patterns;

namespace Rules.Language;

/// <summary>Checks calls: functions of the event alone here, of the past with <see cref="WindowChecker"/>.</summary>
internal sealed class CallChecker(ExpressionChecker expressions)
{
    /// <summary>The function of the past whose arguments are checked; within it there can be no other.</summary>
    private string? _inside;

    public Expression Call(CallSyntax call)
    {
        if (Names.Scalars.TryGetValue(call.Name, out var scalar))
            return Scalar(call, scalar);
        if (Names.Aggregates.TryGetValue(call.Name, out var aggregate))
            return Inside(call.Name, call.Position, () => Aggregate(call, aggregate));
        return call.Name switch
        {
            "absent" => Inside(call.Name, call.Position, () => Absent(call)),
            "anomaly" => Inside(call.Name, call.Position, () => Anomaly(call)),
            _ => throw new ParseException(
                call.Position, $"unknown function '{call.Name}'{Nearest.Hint(call.Name, Names.Functions)}"),
        };
    }

    public Expression Sequence(SequenceSyntax syntax) => Inside("sequence", syntax.Position, () =>
    {
        if (syntax.Steps.Length > PatternPlan.MaxSteps)
            throw new ParseException(syntax.Steps[PatternPlan.MaxSteps].Position, $"a sequence has at most {PatternPlan.MaxSteps} steps");
        var steps = ImmutableArray.CreateBuilder<PatternStep>(syntax.Steps.Length);
        foreach (var step in syntax.Steps)
        {
            if (step.IsNegated && (ReferenceEquals(step, syntax.Steps[0]) || ReferenceEquals(step, syntax.Steps[^1])))
                throw new ParseException(step.Position, "a sequence neither begins nor ends with what must not happen; "
                    + "'(not x)' in parentheses is an event for which x does not hold");
            steps.Add(new PatternStep(
                expressions.Check(step.Condition, RuleType.Boolean),
                step.Times is null ? 1 : ExpressionChecker.Integer(step.Times, 1, PatternPlan.MaxEvents),
                step.IsNegated));
        }

        var spec = new PatternSpec(steps.MoveToImmutable(), WindowChecker.Positive(syntax.Within));
        return PatternPlan.Problem(spec) is { } problem
            ? throw new ParseException(syntax.Position, problem)
            : new PatternExpression(spec);
    });

    private T Inside<T>(string name, int position, Func<T> check)
    {
        if (_inside is not null)
            throw new ParseException(position, $"{name}(..) cannot be inside of {_inside}(..), which looks at single events");
        _inside = name;
        var result = check();
        _inside = null;
        return result;
    }

    private AggregateExpression Aggregate(CallSyntax call, AggregateFunction function)
    {
        var usage = function switch
        {
            AggregateFunction.Count => "count(5m) or count(condition, 5m)",
            AggregateFunction.Quantile => "quantile(0.95, x, 5m)",
            _ => $"{call.Name}(x, 5m)",
        };
        var arguments = call.Arguments.AsSpan();
        var parameter = 0.0;
        if (function == AggregateFunction.Quantile)
        {
            Arguments(call, 3, 3, usage);
            parameter = Fraction(arguments[0], usage);
            arguments = arguments[1..];
        }

        Arguments(call, function == AggregateFunction.Count ? 1 : call.Arguments.Length - arguments.Length + 2,
            call.Arguments.Length - arguments.Length + 2, usage);
        var window = WindowChecker.Window(arguments[^1], function, usage);
        if (function == AggregateFunction.Count)
        {
            var counted = arguments.Length == 1 ? null : Plain(arguments[0], usage, RuleType.Boolean);
            return Possible(call, new(function, null, counted, window, 0));
        }

        var series = arguments[0];
        if (series.Shape is not null || series.Offset is not null)
            throw Usage(series.Position, usage);
        var value = function == AggregateFunction.Distinct
            ? NumberOrText(series.Value)
            : expressions.Check(series.Value, RuleType.Number);
        var filter = series.Where is null ? null : expressions.Check(series.Where, RuleType.Boolean);
        return Possible(call, new(function, value, filter, window, parameter));
    }

    private static AggregateExpression Possible(CallSyntax call, AggregateSpec spec) =>
        WindowLimits.Problem(spec) is { } problem ? throw new ParseException(call.Position, problem) : new(spec);

    private Expression NumberOrText(Syntax syntax)
    {
        var value = expressions.Check(syntax);
        return value.Type is RuleType.Number or RuleType.Text
            ? value
            : throw new ParseException(
                syntax.Position, $"expected a number or a text, got {ExpressionChecker.Got(syntax, value)}");
    }

    private double Fraction(ArgumentSyntax argument, string usage) =>
        Plain(argument, usage) is NumberLiteral { Value: >= 0 and <= 1 } number
            ? number.Value
            : throw new ParseException(argument.Position, "expected a number from 0 to 1, written out");

    private AbsentExpression Absent(CallSyntax call)
    {
        const string usage = "absent(5m) or absent(condition, 5m)";
        Arguments(call, 1, 2, usage);
        var last = call.Arguments[^1];
        if (Plain(last, usage) is not DurationLiteral { Milliseconds: > 0 } duration)
            throw new ParseException(last.Position, $"expected a duration longer than 0, as in {usage}");
        var filter = call.Arguments.Length == 1 ? null : Plain(call.Arguments[0], usage, RuleType.Boolean);
        return new AbsentExpression(filter, duration.Milliseconds);
    }

    private AnomalyExpression Anomaly(CallSyntax call)
    {
        Arguments(call, 1, 1, "anomaly(x)");
        return new AnomalyExpression(Plain(call.Arguments[0], "anomaly(x)", RuleType.Number));
    }

    private CallExpression Scalar(CallSyntax call, ScalarFunction function)
    {
        var (least, most, usage) = function switch
        {
            ScalarFunction.Round => (1, 2, "round(x) or round(x, 1)"),
            ScalarFunction.Least or ScalarFunction.Greatest or ScalarFunction.Coalesce =>
                (2, int.MaxValue, $"{call.Name}(x, y) or more of them"),
            ScalarFunction.Seconds => (1, 1, "seconds(duration)"),
            ScalarFunction.Hour or ScalarFunction.DayOfWeek => (1, 1, $"{call.Name}(time)"),
            _ => (1, 1, $"{call.Name}(x)"),
        };
        Arguments(call, least, most, usage);
        var arguments = ImmutableArray.CreateBuilder<Expression>(call.Arguments.Length);
        foreach (var argument in call.Arguments)
        {
            RuleType? type = function switch
            {
                ScalarFunction.Missing => null,
                ScalarFunction.Coalesce => arguments.Count == 0 ? null : arguments[0].Type,
                ScalarFunction.Hour or ScalarFunction.DayOfWeek => RuleType.Time,
                ScalarFunction.Seconds => RuleType.Duration,
                _ => RuleType.Number,
            };
            arguments.Add(Plain(argument, usage, type));
        }

        if (function == ScalarFunction.Round && arguments.Count == 2
            && !(arguments[1] is NumberLiteral { Value: >= 0 and <= 15 and var decimals } && decimals == Math.Floor(decimals)))
            throw new ParseException(call.Arguments[1].Position, "expected an integer of 0 to 15, written out");
        var result = function switch
        {
            ScalarFunction.Missing => RuleType.Boolean,
            ScalarFunction.Coalesce => arguments[0].Type,
            _ => RuleType.Number,
        };
        return new CallExpression(function, arguments.MoveToImmutable(), result);
    }

    /// <summary>An argument that is a value, without a window's or filter's words.</summary>
    private Expression Plain(ArgumentSyntax argument, string usage, RuleType? type = null)
    {
        if (argument.Shape is not null || argument.Where is not null || argument.Offset is not null)
            throw Usage(argument.Position, usage);
        return type is { } expected ? expressions.Check(argument.Value, expected) : expressions.Check(argument.Value);
    }

    private static void Arguments(CallSyntax call, int least, int most, string usage)
    {
        if (call.Arguments.Length < least)
            throw Usage(call.End, usage);
        if (call.Arguments.Length > most)
            throw Usage(call.Arguments[most].Position, usage);
    }

    private static ParseException Usage(int position, string usage) => new(position, $"expected {usage}");
}
