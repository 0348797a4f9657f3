using Superpower;
using Superpower.Model;

namespace Rules.Language;

/// <summary>Parses expressions and checks their types and names.</summary>
public static class ExpressionParser
{
    /// <summary>The most characters that an expression may have.</summary>
    public const int MaxLength = 10_000;

    /// <summary>The most levels of parentheses, and of operators and calls: a chain of n equal operators has n levels.</summary>
    public const int MaxDepth = 100;

    /// <summary>
    /// A checked expression. <c>entity</c>, <c>rule</c> and <c>time</c> are known besides the fields; a field that is called so, or like
    /// an operator, is written in backquotes.
    /// </summary>
    /// <param name="name">What the text is called in an error.</param>
    /// <exception cref="RuleException">What is wrong with it, and where.</exception>
    public static Expression Parse(string text, IEnumerable<RuleField> fields, string name = "expression")
    {
        try
        {
            return Parse(text, new FieldScope(fields));
        }
        catch (ParseException e)
        {
            var (line, column) = TextPlaces.Of(text, e.Problem.Position);
            throw new RuleException([new RuleError(name, line, column, e.Message)]);
        }
    }

    /// <exception cref="ParseException">What is wrong with it.</exception>
    internal static Expression Parse(string text, FieldScope fields)
    {
        var syntax = Parse(text, ExpressionGrammar.Expression);
        CheckDepth(syntax);
        return new ExpressionChecker(fields).Check(syntax);
    }

    /// <summary>What <c>{{ }}</c> of a message has in it.</summary>
    /// <exception cref="ParseException">What is wrong with it.</exception>
    internal static MessagePart ParsePlaceholder(string text, FieldScope fields)
    {
        var (syntax, decimals) = Parse(text, ExpressionGrammar.Placeholder);
        CheckDepth(syntax);
        var checker = new ExpressionChecker(fields);
        var value = checker.Check(syntax);
        if (decimals is null)
            return new MessagePart(null, value, null);
        if (value.Type != RuleType.Number)
            throw new ParseException(syntax.Position, $"expected a number to round, got {ExpressionChecker.Got(syntax, value)}");
        return new MessagePart(null, value, ExpressionChecker.Integer(decimals, 0, 15));
    }

    private static T Parse<T>(string text, TokenListParser<TokenKind, T> grammar)
    {
        if (text.Length > MaxLength)
            throw new ParseException(0, $"the expression is longer than {MaxLength} characters");
        var tokens = Tokens.Tokenizer.Tokenize(text);
        CheckParentheses(tokens);
        var result = Run(grammar, tokens);
        if (result.HasValue && result.Remainder.IsAtEnd)
            return result.Value;
        var token = result.Remainder.ConsumeToken();
        IReadOnlyList<string> expected = result.HasValue ? ["an operator or the end"] : result.Expectations ?? ["something else"];
        throw SyntaxErrors.At(text, token.HasValue ? token.Value : null, expected);
    }

    private static TokenListParserResult<TokenKind, T> Run<T>(TokenListParser<TokenKind, T> grammar, TokenList<TokenKind> tokens)
    {
        try
        {
            return grammar(tokens);
        }
        catch (InsufficientExecutionStackException)
        {
            throw new ParseException(0, "the expression nests deeper than the stack of this thread allows");
        }
    }

    /// <summary>Before the grammar, which calls itself for each level.</summary>
    private static void CheckParentheses(TokenList<TokenKind> tokens)
    {
        var depth = 0;
        foreach (var token in tokens)
        {
            if (token.Kind != TokenKind.Symbol)
                continue;
            var symbol = token.Span.Source![token.Position.Absolute];
            depth += symbol switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth > MaxDepth)
                throw TooDeep(token.Position.Absolute);
        }
    }

    private static void CheckDepth(Syntax syntax)
    {
        if (syntax.Depth > MaxDepth)
            throw TooDeep(syntax.Position);
    }

    private static ParseException TooDeep(int position) => new(position,
        $"the expression nests deeper than {MaxDepth} levels of parentheses, or of operators within each other or in a row");
}
