using System.Runtime.CompilerServices;
using Superpower;
using Superpower.Model;
using Superpower.Parsers;

namespace Rules.Language;

/// <summary>
/// From words to a syntax tree. Operators bind, loosest first: <c>or</c>, <c>and</c>, <c>not</c>, comparisons with <c>in</c> and text
/// matching (which do not chain), <c>+ -</c>, <c>* / %</c>, unary <c>-</c>.
/// </summary>
internal static class ExpressionGrammar
{
    private const string AValue = "a value";
    private const string EndOfArgument = "an operator, ',' or ')'";

    /// <summary>Each level of parentheses takes some kilobytes of stack.</summary>
    private static readonly TokenListParser<TokenKind, Syntax> Nested = input =>
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return Expression!(input);
    };

    private static readonly TokenListParser<TokenKind, LiteralSyntax> Duration =
        Literal(TokenKind.Duration, "a duration such as 30s, 5m or 1h30m");

    private static readonly TokenListParser<TokenKind, LiteralSyntax> Number = Literal(TokenKind.Number, "a number");
    private static readonly TokenListParser<TokenKind, LiteralSyntax> Text = Literal(TokenKind.Text, "a text in quotes");

    private static readonly TokenListParser<TokenKind, LiteralSyntax> Offset = Word("offset").IgnoreThen(Duration);

    private static readonly TokenListParser<TokenKind, ArgumentSyntax> Window =
        from word in Token.EqualTo(TokenKind.Name)
        from window in WindowAfter(word)
        from offset in Offset.OptionalOrDefault(null!)
        select window with { Offset = offset };

    private static readonly TokenListParser<TokenKind, ArgumentSyntax> ValueArgument =
        from value in Nested
        from filter in Word("where").IgnoreThen(Nested).OptionalOrDefault(null!)
        from offset in Offset.OptionalOrDefault(null!)
        select new ArgumentSyntax(value.Position, value, filter, null, null, offset);

    private static readonly TokenListParser<TokenKind, ArgumentSyntax> Argument =
        input => IsWindow(input) ? Window(input) : ValueArgument(input);

    private static readonly TokenListParser<TokenKind, StepSyntax> NegatedStep =
        from word in Word("not")
        from condition in Parse.Ref(() => Not!)
        from end in Parse.Not(Word("and").Or(Word("or"))).Named("',' or ')' (put in parentheses all that 'not' is about)")
        select new StepSyntax(word.Position.Absolute, condition, null, true);

    private static readonly TokenListParser<TokenKind, StepSyntax> Step =
        NegatedStep.Or(
            from condition in Nested
            from times in Word("times").IgnoreThen(Number).OptionalOrDefault(null!)
            select new StepSyntax(condition.Position, condition, times, false));

    private static readonly TokenListParser<TokenKind, Syntax> Primary =
        (from open in Symbol("(")
         from inner in Nested
         from close in Symbol(")").Named("an operator or ')'")
         select inner)
        .Or(Token.EqualTo(TokenKind.Name).Where(t => !Names.Operators.Contains(t.ToStringValue())).Then(NameOrCall))
        .Or(Token.EqualTo(TokenKind.QuotedName).Select(t => (Syntax)new NameSyntax(At(t), t.ToStringValue())))
        .Or(Number.Or(Duration).Or(Text).Select(l => (Syntax)l))
        .Named(AValue);

    private static readonly TokenListParser<TokenKind, Syntax> Unary =
        from signs in Symbol("-").Many()
        from operand in Primary
        select Wrap(UnaryOperator.Negate, signs, operand);

    private static readonly TokenListParser<TokenKind, Syntax> Product = Chain(
        Unary, Operators((BinaryOperator.Multiply, "*"), (BinaryOperator.Divide, "/"), (BinaryOperator.Remainder, "%")));

    private static readonly TokenListParser<TokenKind, Syntax> Sum = Chain(
        Product, Operators((BinaryOperator.Add, "+"), (BinaryOperator.Subtract, "-")));

    private static readonly TokenListParser<TokenKind, Func<Syntax, Syntax>> Comparing =
        from o in Operators(
            (BinaryOperator.Equal, "=="), (BinaryOperator.NotEqual, "!="), (BinaryOperator.Less, "<"),
            (BinaryOperator.LessOrEqual, "<="), (BinaryOperator.Greater, ">"), (BinaryOperator.GreaterOrEqual, ">="))
        from right in Sum
        select (Func<Syntax, Syntax>)(left => new BinarySyntax(o.Operator, o.Position, left, right));

    private static readonly TokenListParser<TokenKind, Func<Syntax, Syntax>> In =
        from word in Word("in")
        from open in Symbol("(")
        from list in Unary.AtLeastOnceDelimitedBy(Symbol(","))
        from close in Symbol(")").Named("',' or ')'")
        select (Func<Syntax, Syntax>)(operand => new InSyntax(operand, [.. list]));

    private static readonly TokenListParser<TokenKind, Func<Syntax, Syntax>> Matching =
        from match in Word("contains").Value(TextMatch.Contains)
            .Or(Word("starts").IgnoreThen(Word("with")).Value(TextMatch.StartsWith))
            .Or(Word("ends").IgnoreThen(Word("with")).Value(TextMatch.EndsWith))
            .Or(Word("matches").Value(TextMatch.Matches))
        from pattern in Text
        select (Func<Syntax, Syntax>)(operand => new MatchSyntax(match, operand, pattern));

    private static readonly TokenListParser<TokenKind, Func<Syntax, Syntax>> NotInOrMatching =
        from word in Word("not")
        from inner in In.Or(Matching)
        select (Func<Syntax, Syntax>)(o => new UnarySyntax(o.Position, UnaryOperator.Not, inner(o)));

    private static readonly TokenListParser<TokenKind, Syntax> Comparison =
        from left in Sum
        from rest in Comparing.Or(In).Or(Matching).Or(NotInOrMatching).OptionalOrDefault(o => o)
        select rest(left);

    private static readonly TokenListParser<TokenKind, Syntax> Not =
        from words in Word("not").Many()
        from operand in Comparison
        select Wrap(UnaryOperator.Not, words, operand);

    private static readonly TokenListParser<TokenKind, Syntax> And = Chain(
        Not, Word("and").Select(t => (BinaryOperator.And, At(t))));

    public static TokenListParser<TokenKind, Syntax> Expression { get; } = Chain(
        And, Word("or").Select(t => (BinaryOperator.Or, At(t))));

    /// <summary>An expression, and <c>| round 1</c> if its value is to be rounded.</summary>
    public static TokenListParser<TokenKind, PlaceholderSyntax> Placeholder { get; } =
        from value in Expression
        from decimals in Symbol("|").IgnoreThen(Word("round")).IgnoreThen(Number).OptionalOrDefault(null!)
        select new PlaceholderSyntax(value, decimals);

    private static TokenListParser<TokenKind, Syntax> NameOrCall(Token<TokenKind> name)
    {
        var call = name.ToStringValue() == "sequence" ? Sequence(At(name)) : Call(name);
        return call.OptionalOrDefault(new NameSyntax(At(name), name.ToStringValue()));
    }

    private static TokenListParser<TokenKind, Syntax> Call(Token<TokenKind> name) =>
        from open in Symbol("(")
        from arguments in Argument.AtLeastOnceDelimitedBy(Symbol(",")).OptionalOrDefault([])
        from close in Symbol(")").Named(arguments.Length == 0 ? "a value or ')'" : EndOfArgument)
        select (Syntax)new CallSyntax(At(name), name.ToStringValue(), [.. arguments], At(close));

    private static TokenListParser<TokenKind, Syntax> Sequence(int position) =>
        from open in Symbol("(")
        from steps in Step.AtLeastOnceDelimitedBy(Symbol(","))
        from close in Symbol(")").Named("an operator, 'times', ',' or ')'")
        from within in Word("within").IgnoreThen(Duration)
        select (Syntax)new SequenceSyntax(position, [.. steps], within);

    /// <summary>
    /// The words that begin windows may be names of fields too: then something follows that goes on with a value.
    /// </summary>
    private static bool IsWindow(TokenList<TokenKind> input)
    {
        var first = input.ConsumeToken();
        if (!first.HasValue || first.Value.Kind != TokenKind.Name || !Names.Windows.Contains(first.Value.ToStringValue()))
            return false;
        var second = first.Remainder.ConsumeToken();
        return second.HasValue && second.Value.Kind != TokenKind.Symbol
            && !Names.AfterValue.Contains(second.Value.ToStringValue());
    }

    private static TokenListParser<TokenKind, ArgumentSyntax> WindowAfter(Token<TokenKind> word) =>
        word.ToStringValue() switch
        {
            "tumbling" => Duration.Select(size => WindowOf(word, WindowShape.Tumbling, size, null)),
            "hopping" => from size in Duration
                         from step in Word("every").IgnoreThen(Duration)
                         select WindowOf(word, WindowShape.Hopping, size, step),
            "session" => Word("gap").IgnoreThen(Duration).Select(gap => WindowOf(word, WindowShape.Session, gap, null)),
            _ => Number.Select(count => WindowOf(word, WindowShape.LastN, count, null)),
        };

    private static ArgumentSyntax WindowOf(
        Token<TokenKind> word, WindowShape shape, LiteralSyntax value, LiteralSyntax? step) =>
        new(At(word), value, null, shape, step, null);

    private static TokenListParser<TokenKind, Syntax> Chain(
        TokenListParser<TokenKind, Syntax> operand,
        TokenListParser<TokenKind, (BinaryOperator Operator, int Position)> operators) =>
        from first in operand
        from rest in (from o in operators from right in operand select (Operator: o, Right: right)).Many()
        select rest.Aggregate(first, (left, r) => new BinarySyntax(r.Operator.Operator, r.Operator.Position, left, r.Right));

    private static TokenListParser<TokenKind, (BinaryOperator Operator, int Position)> Operators(
        params (BinaryOperator Operator, string Symbol)[] operators) =>
        Parse.OneOf([.. operators.Select(o => Symbol(o.Symbol).Select(t => (o.Operator, At(t))))]);

    private static Syntax Wrap(UnaryOperator o, Token<TokenKind>[] words, Syntax operand) =>
        words.Reverse().Aggregate(operand, (inner, word) => new UnarySyntax(At(word), o, inner));

    private static TokenListParser<TokenKind, LiteralSyntax> Literal(TokenKind kind, string name) =>
        Token.EqualTo(kind).Named(name).Select(t => new LiteralSyntax(At(t), kind, t.ToStringValue()));

    private static TokenListParser<TokenKind, Token<TokenKind>> Word(string word) =>
        Token.EqualToValue(TokenKind.Name, word).Named($"'{word}'");

    private static TokenListParser<TokenKind, Token<TokenKind>> Symbol(string symbol) =>
        Token.EqualToValue(TokenKind.Symbol, symbol).Named($"'{symbol}'");

    private static int At(Token<TokenKind> token) => token.Position.Absolute;
}
