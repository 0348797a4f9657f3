using System.Text;
using Rules.Coded;
using Rules.Language;

namespace Rules.Engine;

/// <summary>
/// Turns checked expressions into delegates. What has a state (windows, patterns, ..) gets a slot of the scope, the same for equal ones.
/// Times and durations are numbers of milliseconds.
/// </summary>
internal sealed partial class ExpressionCompiler(ScopeSlots slots)
{
    /// <summary>A number, time or duration.</summary>
    public NumberOf Number(Expression expression)
    {
        switch (expression)
        {
            case NumberLiteral { Value: var value }:
                return _ => value;
            case DurationLiteral { Milliseconds: var value }:
                return _ => value;
            case FieldReference { Field.Index: var index }:
                return at => at.Fields is { } e ? e.Number(index) : double.NaN;
            case ContextReference { Value: ContextValue.Time }:
                return at => at.Event?.Time ?? at.Clock.Now;
            case UnaryExpression { Operator: UnaryOperator.Negate, Operand: var operand }:
                var negated = Number(operand);
                return at => -negated(at);
            case BinaryExpression binary:
                return Arithmetic(binary.Operator, Number(binary.Left), Number(binary.Right));
            case CallExpression call:
                return Call(call);
            case AggregateExpression { Spec: var spec }:
                var aggregate = slots.Aggregate(spec);
                return at => at.Group.Aggregates[aggregate].Value(at.Clock);
            case AnomalyExpression { Argument: var argument }:
                var anomaly = slots.Anomaly(argument);
                return at => at.Event is null ? double.NaN : at.Anomalies[anomaly];
            case CodedExpression coded:
                var valued = Code(coded);
                return at => at.Group.Code[valued].Last.Value;
            default:
                throw new InvalidOperationException($"{expression.GetType().Name} is no number");
        }
    }

    public TruthOf Truth(Expression expression)
    {
        switch (expression)
        {
            case BooleanLiteral { Value: var value }:
                return _ => Logic.Of(value);
            case FieldReference { Field.Index: var index }:
                return at => at.Fields is { } e && e.Has(index) ? Logic.Of(e.Number(index) != 0) : Engine.Truth.Missing;
            case UnaryExpression { Operator: UnaryOperator.Not, Operand: var operand }:
                var negated = Truth(operand);
                return at => Logic.Not(negated(at));
            case BinaryExpression binary:
                return Binary(binary);
            case InExpression { Operand: var operand, List: var list }:
                return list.Select(item => Equality(operand, item)).Aggregate((a, b) => at => Logic.Or(a(at), b(at)));
            case MatchExpression match:
                return Match(match);
            case CallExpression call:
                return TruthCall(call);
            case AbsentExpression absent:
                var (seen, milliseconds) = (slots.Seen(absent.Filter), absent.Milliseconds);
                return at => Logic.Of(at.Clock.Now - at.Group.Seen[seen] >= milliseconds);
            case PatternExpression { Spec: var spec }:
                var pattern = slots.Pattern(spec);
                return at => at.Event is null ? Engine.Truth.Missing : Logic.Of((at.Completed >> pattern & 1) != 0);
            case CodedExpression coded:
                var code = Code(coded);
                return at => at.Group.Code[code].Last.Holds is { } holds ? Logic.Of(holds) : Engine.Truth.Missing;
            default:
                throw new InvalidOperationException($"{expression.GetType().Name} is no boolean");
        }
    }

    public TextOf Text(Expression expression)
    {
        switch (expression)
        {
            case TextLiteral { Value: var value }:
                var literal = Encoding.UTF8.GetBytes(value);
                return (Evaluation _, out ReadOnlySpan<byte> text) =>
                {
                    text = literal;
                    return true;
                };
            case FieldReference { Field.Index: var index }:
                return (Evaluation at, out ReadOnlySpan<byte> text) =>
                {
                    var has = at.Fields?.Has(index) ?? false;
                    text = has ? at.Fields!.Text(index) : default;
                    return has;
                };
            case ContextReference { Value: var value }:
                return (Evaluation at, out ReadOnlySpan<byte> text) =>
                {
                    text = Encoding.UTF8.GetBytes(value == ContextValue.Entity ? at.Entity : at.Rule?.Definition.Name ?? "");
                    return true;
                };
            case CallExpression { Function: ScalarFunction.Coalesce, Arguments: var arguments }:
                return arguments.Select(Text).Aggregate(FirstText);
            default:
                throw new InvalidOperationException($"{expression.GetType().Name} is no text");
        }
    }

    private static TextOf FirstText(TextOf a, TextOf b) => (Evaluation at, out ReadOnlySpan<byte> text) => a(at, out text) || b(at, out text);

    private TruthOf Binary(BinaryExpression binary)
    {
        switch (binary.Operator)
        {
            case BinaryOperator.And:
                var (a, b) = (Truth(binary.Left), Truth(binary.Right));
                return at => a(at) is var left && left == Engine.Truth.False ? left : Logic.And(left, b(at));
            case BinaryOperator.Or:
                var (c, d) = (Truth(binary.Left), Truth(binary.Right));
                return at => c(at) is var left && left == Engine.Truth.True ? left : Logic.Or(left, d(at));
            case BinaryOperator.Equal:
                return Equality(binary.Left, binary.Right);
            case BinaryOperator.NotEqual:
                var equal = Equality(binary.Left, binary.Right);
                return at => Logic.Not(equal(at));
            default:
                return Comparison(binary.Operator, Number(binary.Left), Number(binary.Right));
        }
    }

    private TruthOf Equality(Expression left, Expression right)
    {
        switch (left.Type)
        {
            case RuleType.Text:
                var (textA, textB) = (Text(left), Text(right));
                return at => textA(at, out var a) && textB(at, out var b) ? Logic.Of(a.SequenceEqual(b)) : Engine.Truth.Missing;
            case RuleType.Boolean:
                var (truthA, truthB) = (Truth(left), Truth(right));
                return at => truthA(at) is var a && truthB(at) is var b && a != Engine.Truth.Missing && b != Engine.Truth.Missing
                    ? Logic.Of(a == b)
                    : Engine.Truth.Missing;
            default:
                var (numberA, numberB) = (Number(left), Number(right));
                return at => Judge(numberA(at), numberB(at), static (a, b) => a == b);
        }
    }

    private static TruthOf Comparison(BinaryOperator op, NumberOf left, NumberOf right) => op switch
    {
        BinaryOperator.Less => at => Judge(left(at), right(at), static (a, b) => a < b),
        BinaryOperator.LessOrEqual => at => Judge(left(at), right(at), static (a, b) => a <= b),
        BinaryOperator.Greater => at => Judge(left(at), right(at), static (a, b) => a > b),
        BinaryOperator.GreaterOrEqual => at => Judge(left(at), right(at), static (a, b) => a >= b),
        _ => throw new InvalidOperationException($"{op} is no comparison"),
    };

    private static Truth Judge(double a, double b, Func<double, double, bool> holds) =>
        double.IsNaN(a) || double.IsNaN(b) ? Engine.Truth.Missing : Logic.Of(holds(a, b));

    private static NumberOf Arithmetic(BinaryOperator op, NumberOf left, NumberOf right) => op switch
    {
        BinaryOperator.Add => at => Finite(left(at) + right(at)),
        BinaryOperator.Subtract => at => Finite(left(at) - right(at)),
        BinaryOperator.Multiply => at => Finite(left(at) * right(at)),
        BinaryOperator.Divide => at => Finite(left(at) / right(at)),
        BinaryOperator.Remainder => at => Finite(left(at) % right(at)),
        _ => throw new InvalidOperationException($"{op} is no arithmetic"),
    };

    private static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;
}
