using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Rules.Language;

/// <summary>From a syntax tree to an expression: finds what names mean, and checks types.</summary>
internal sealed class ExpressionChecker
{
    private const int MaxPatternLength = 1000;

    private readonly FieldScope _fields;
    private readonly CallChecker _calls;

    public ExpressionChecker(FieldScope fields)
    {
        _fields = fields;
        _calls = new CallChecker(this);
    }

    public Expression Check(Syntax syntax) => syntax switch
    {
        LiteralSyntax literal => Literal(literal),
        NameSyntax name => Name(name),
        UnarySyntax unary => Unary(unary),
        BinarySyntax { Operator: BinaryOperator.Or or BinaryOperator.And } logic => new BinaryExpression(
            logic.Operator, Check(logic.Left, RuleType.Boolean), Check(logic.Right, RuleType.Boolean), RuleType.Boolean),
        BinarySyntax { Operator: >= BinaryOperator.Add } sum => Arithmetic(sum),
        BinarySyntax comparison => Comparison(comparison),
        InSyntax list => In(list),
        MatchSyntax match => Match(match),
        SequenceSyntax sequence => _calls.Sequence(sequence),
        _ => _calls.Call((CallSyntax)syntax),
    };

    /// <exception cref="ParseException">Its type is another.</exception>
    public Expression Check(Syntax syntax, RuleType type)
    {
        var value = Check(syntax);
        if (value.Type != type)
            throw new ParseException(syntax.Position, $"expected {Names.Text(type)}, got {Got(syntax, value)}");
        return value;
    }

    /// <summary>A value of the wrong type, as an error names it.</summary>
    public static string Got(Syntax syntax, Expression value) => (syntax, value) switch
    {
        (LiteralSyntax { Kind: TokenKind.Text, Raw.Length: < 40 } literal, _) => literal.Raw,
        (LiteralSyntax { Raw.Length: < 40 } literal, _) => $"'{literal.Raw}'",
        (_, BooleanLiteral literal) => $"'{literal}'",
        (_, FieldReference field) => $"field '{field.Field.Name}', which is {Names.Text(value.Type)}",
        _ => Names.Text(value.Type),
    };

    public static int Integer(LiteralSyntax literal, int least, int most)
    {
        var value = double.Parse(literal.Raw, CultureInfo.InvariantCulture);
        return value >= least && value <= most && value == Math.Floor(value)
            ? (int)value
            : throw new ParseException(literal.Position, string.Create(
                CultureInfo.InvariantCulture, $"expected an integer of {least} to {most:N0}, got '{literal.Raw}'"));
    }

    public static long Duration(LiteralSyntax literal) =>
        DurationParser.Parse(literal.Raw, out var problem)
            ?? throw new ParseException(literal.Position, problem.Message);

    private static Expression Literal(LiteralSyntax literal)
    {
        if (literal.Kind == TokenKind.Text)
            return new TextLiteral(Quoted.Read(literal.Raw, literal.Position));
        if (literal.Kind == TokenKind.Duration)
            return new DurationLiteral(Duration(literal));
        var value = double.Parse(literal.Raw, CultureInfo.InvariantCulture);
        return double.IsFinite(value)
            ? new NumberLiteral(value)
            : throw new ParseException(literal.Position, $"expected a number, got '{literal.Raw}'");
    }

    private Expression Name(NameSyntax syntax)
    {
        var name = syntax.IsQuoted ? Quoted.Read(syntax.Raw, syntax.Position) : syntax.Raw;
        if (!syntax.IsQuoted && name is "true" or "false")
            return new BooleanLiteral(name == "true");
        if (!syntax.IsQuoted && Names.Context.TryGetValue(name, out var context))
            return new ContextReference(context, context == ContextValue.Time ? RuleType.Time : RuleType.Text);
        if (!syntax.IsQuoted && name == "value" && _fields.Value is { } value)
            return value;
        if (_fields.Find(name) is { } field)
            return new FieldReference(field);
        var hint = Names.Functions.Contains(name)
            ? $"; the function is written {name}(..)"
            : Nearest.Hint(name, _fields.Names);
        throw new ParseException(syntax.Position, $"unknown field '{name}'{hint}");
    }

    private Expression Unary(UnarySyntax syntax)
    {
        if (syntax.Operator == UnaryOperator.Not)
            return new UnaryExpression(UnaryOperator.Not, Check(syntax.Operand, RuleType.Boolean));
        var value = Check(syntax.Operand);
        return value switch
        {
            NumberLiteral number => new NumberLiteral(0 - number.Value),
            DurationLiteral duration => new DurationLiteral(-duration.Milliseconds),
            { Type: RuleType.Number or RuleType.Duration } => new UnaryExpression(UnaryOperator.Negate, value),
            _ => throw new ParseException(
                syntax.Operand.Position, $"expected a number or a duration after '-', got {Got(syntax.Operand, value)}"),
        };
    }

    private BinaryExpression Arithmetic(BinarySyntax syntax)
    {
        var (left, right) = (Check(syntax.Left), Check(syntax.Right));
        var type = ArithmeticTypes.Of(syntax.Operator, left.Type, right.Type)
            ?? throw new ParseException(syntax.OperatorPosition,
                $"'{Names.Text(syntax.Operator)}' does not take {Names.Text(left.Type)} and {Names.Text(right.Type)}");
        return new BinaryExpression(syntax.Operator, left, right, type);
    }

    private BinaryExpression Comparison(BinarySyntax syntax)
    {
        var left = Check(syntax.Left);
        if (left.Type is RuleType.Boolean or RuleType.Text
            && syntax.Operator is not (BinaryOperator.Equal or BinaryOperator.NotEqual))
        {
            var what = left is FieldReference { Field: var field } ? $"field '{field.Name}' is" : "the left side is";
            var type = left.Type == RuleType.Text ? "text" : "true or false";
            throw new ParseException(syntax.OperatorPosition, $"{what} {type}: expected == or !=");
        }

        return new BinaryExpression(syntax.Operator, left, Check(syntax.Right, left.Type), RuleType.Boolean);
    }

    private InExpression In(InSyntax syntax)
    {
        var operand = Check(syntax.Operand);
        var list = ImmutableArray.CreateBuilder<Expression>(syntax.List.Length);
        foreach (var item in syntax.List)
        {
            var value = Check(item, operand.Type);
            if (value is not (NumberLiteral or TextLiteral or BooleanLiteral or DurationLiteral))
                throw new ParseException(
                    item.Position, $"expected {Names.Text(operand.Type)} written out, got {Got(item, value)}");
            list.Add(value);
        }

        return new InExpression(operand, list.MoveToImmutable());
    }

    private MatchExpression Match(MatchSyntax syntax)
    {
        var operand = Check(syntax.Operand, RuleType.Text);
        var pattern = Quoted.Read(syntax.Pattern.Raw, syntax.Pattern.Position);
        if (syntax.Match == TextMatch.Matches)
            CheckRegex(pattern, syntax.Pattern.Position);
        return new MatchExpression(syntax.Match, operand, pattern);
    }

    private static void CheckRegex(string pattern, int position)
    {
        if (pattern.Length > MaxPatternLength)
            throw new ParseException(position, $"the regular expression is longer than {MaxPatternLength} characters");
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (RegexParseException e)
        {
            throw new ParseException(position, $"not a regular expression: {e.Error} at its character {e.Offset + 1}");
        }
        catch (NotSupportedException)
        {
            throw new ParseException(position,
                "the regular expression cannot be matched in linear time: "
                    + "no lookaround, back reference, atomic group or large repetition");
        }
    }
}
