using System.Globalization;
using System.Text;
using Rules.Coded;

namespace Rules.Language;

/// <summary>Writes the canonical text of an expression: parentheses only where the tree needs them.</summary>
internal sealed class ExpressionWriter
{
    // How tight something binds: see ExpressionGrammar.
    private const int Or = 1;
    private const int And = 2;
    private const int Not = 3;
    private const int Comparison = 4;
    private const int Sum = 5;
    private const int Product = 6;
    private const int Unary = 7;

    private readonly StringBuilder _text = new();

    public static string Write(Expression expression) => new ExpressionWriter().Write(expression, Or)._text.ToString();

    /// <param name="level">What binds less is put in parentheses.</param>
    private ExpressionWriter Write(Expression expression, int level)
    {
        var isInner = Level(expression) < level;
        _text.Append(isInner ? "(" : "");
        Body(expression);
        _text.Append(isInner ? ")" : "");
        return this;
    }

    private static int Level(Expression expression) => expression switch
    {
        BinaryExpression { Operator: BinaryOperator.Or } => Or,
        BinaryExpression { Operator: BinaryOperator.And } => And,
        BinaryExpression { Operator: BinaryOperator.Add or BinaryOperator.Subtract } => Sum,
        BinaryExpression { Operator: > BinaryOperator.Subtract } => Product,
        UnaryExpression { Operator: UnaryOperator.Negate } => Unary,
        UnaryExpression { Operand: not (InExpression or MatchExpression) } => Not,
        BinaryExpression or UnaryExpression or InExpression or MatchExpression => Comparison,
        _ => int.MaxValue,
    };

    private void Body(Expression expression)
    {
        switch (expression)
        {
            case UnaryExpression { Operator: UnaryOperator.Negate } negate:
                _text.Append('-');
                Write(negate.Operand, Unary);
                break;
            case UnaryExpression { Operand: InExpression list }:
                In(list, " not in (");
                break;
            case UnaryExpression { Operand: MatchExpression match }:
                Match(match, " not ");
                break;
            case UnaryExpression not:
                _text.Append("not ");
                Write(not.Operand, Not);
                break;
            case BinaryExpression binary:
                Binary(binary);
                break;
            case InExpression list:
                In(list, " in (");
                break;
            case MatchExpression match:
                Match(match, " ");
                break;
            case CallExpression call:
                _text.Append(Names.Text(call.Function)).Append('(');
                List(call.Arguments);
                _text.Append(')');
                break;
            case AggregateExpression aggregate:
                Aggregate(aggregate.Spec);
                break;
            case AbsentExpression absent:
                Filtered("absent", absent.Filter).Append(DurationParser.Text(absent.Milliseconds)).Append(')');
                break;
            case PatternExpression pattern:
                Pattern(pattern.Spec);
                break;
            case AnomalyExpression anomaly:
                _text.Append("anomaly(");
                Write(anomaly.Argument, Or)._text.Append(')');
                break;
            default:
                _text.Append(Leaf(expression));
                break;
        }
    }

    private static string Leaf(Expression expression) => expression switch
    {
        NumberLiteral number => number.Value.ToString("R", CultureInfo.InvariantCulture),
        TextLiteral text => Quoted.Write(text.Value, '"'),
        BooleanLiteral boolean => boolean.Value ? "true" : "false",
        DurationLiteral duration => DurationParser.Text(duration.Milliseconds),
        FieldReference field => Names.Field(field.Field.Name),
        ContextReference context => Names.Text(context.Value),
        CodedExpression code => $"code({Quoted.Write(code.Rule.Name, '"')})",
        _ => throw new ArgumentException($"An expression of type {expression.GetType()} has no text.", nameof(expression)),
    };

    private void Binary(BinaryExpression binary)
    {
        var level = Level(binary);
        Write(binary.Left, level == Comparison ? Sum : level);
        _text.Append(' ').Append(Names.Text(binary.Operator)).Append(' ');
        Write(binary.Right, level + 1);
    }

    private void In(InExpression list, string word)
    {
        Write(list.Operand, Sum)._text.Append(word);
        List(list.List);
        _text.Append(')');
    }

    private void Match(MatchExpression match, string between) =>
        Write(match.Operand, Sum)._text.Append(between).Append(Names.Text(match.Match)).Append(' ')
            .Append(Quoted.Write(match.Pattern, '"'));

    private void List(IReadOnlyList<Expression> expressions)
    {
        for (var i = 0; i < expressions.Count; i++)
        {
            _text.Append(i == 0 ? "" : ", ");
            Write(expressions[i], Or);
        }
    }

    private void Aggregate(AggregateSpec spec)
    {
        var name = Names.Text(spec.Function);
        if (spec.Function == AggregateFunction.Count)
        {
            Filtered(name, spec.Filter);
        }
        else
        {
            _text.Append(name).Append('(');
            if (spec.Function == AggregateFunction.Quantile)
                _text.Append(Leaf(new NumberLiteral(spec.Parameter))).Append(", ");
            Write(spec.Argument!, Or);
            if (spec.Filter is { } filter)
                Write(filter, " where ");
            _text.Append(", ");
        }

        Window(spec.Window);
        _text.Append(')');
    }

    private void Write(Expression expression, string after)
    {
        _text.Append(after);
        Write(expression, Or);
    }

    private StringBuilder Filtered(string name, Expression? filter)
    {
        _text.Append(name).Append('(');
        return filter is null ? _text : Write(filter, Or)._text.Append(", ");
    }

    private void Window(WindowSpec window)
    {
        var size = DurationParser.Text(window.Size);
        _text.Append(window.Shape switch
        {
            WindowShape.Tumbling => $"tumbling {size}",
            WindowShape.Hopping => $"hopping {size} every {DurationParser.Text(window.Step)}",
            WindowShape.Session => $"session gap {size}",
            WindowShape.LastN => string.Create(CultureInfo.InvariantCulture, $"last {window.Count}"),
            _ => size,
        });
        if (window.Offset > 0)
            _text.Append(" offset ").Append(DurationParser.Text(window.Offset));
    }

    private void Pattern(PatternSpec spec)
    {
        _text.Append("sequence(");
        foreach (var step in spec.Steps)
        {
            _text.Append(ReferenceEquals(step, spec.Steps[0]) ? "" : ", ");
            Step(step);
        }

        _text.Append(") within ").Append(DurationParser.Text(spec.Within));
    }

    /// <summary>A step that must happen and begins with <c>not</c> stands in parentheses, for without it must not happen.</summary>
    private void Step(PatternStep step)
    {
        if (step.IsNegated)
        {
            _text.Append("not ");
            Write(step.Condition, Not);
            return;
        }

        var condition = Write(step.Condition);
        _text.Append(condition.StartsWith("not ", StringComparison.Ordinal) ? $"({condition})" : condition);
        if (step.Times > 1)
            _text.Append(CultureInfo.InvariantCulture, $" times {step.Times}");
    }
}
