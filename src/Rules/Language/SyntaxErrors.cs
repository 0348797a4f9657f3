using Superpower.Model;

namespace Rules.Language;

/// <summary>Says what is wrong at a word, and what may have been meant.</summary>
internal static class SyntaxErrors
{
    /// <param name="token">Null: the end of the text.</param>
    /// <param name="expected">What may stand there.</param>
    public static ParseException At(string text, Token<TokenKind>? token, IReadOnlyList<string> expected)
    {
        var what = $"expected {Join(expected)}";
        if (token is not { } word)
            return new ParseException(text.TrimEnd().Length, $"{what}, got the end");
        var got = word.ToStringValue();
        var message = word.Kind switch
        {
            TokenKind.Unclosed => $"what begins here has no closing {got[0]}",
            TokenKind.BadNumber when char.IsAsciiDigit(got[0]) && char.IsLetter(got[^1]) =>
                $"expected a duration such as 30s, 5m or 1h30m, got {Quote(got)}",
            TokenKind.BadNumber => $"expected a number, got {Quote(got)}",
            TokenKind.Text => $"{what}, got {Cut(got)}",
            _ => $"{what}, got {Quote(got)}{Hint(word.Kind, got, expected)}",
        };
        return new ParseException(word.Position.Absolute, message);
    }

    private static string Join(IReadOnlyList<string> expected) => expected.Count == 1
        ? expected[0]
        : $"{string.Join(", ", expected.Take(expected.Count - 1))} or {expected[^1]}";

    private static string Quote(string got) => $"'{Cut(got)}'";

    private static string Cut(string got) => got.Length <= 40 ? got : $"{got[..40]}...";

    private static string Hint(TokenKind kind, string got, IReadOnlyList<string> expected)
    {
        if (kind == TokenKind.Symbol && SymbolHint(got) is { } symbol)
            return $"; did you mean '{symbol}'?";
        if (kind == TokenKind.Symbol && IsComparison(got) && ExpectsOperator(expected))
            return "; comparisons do not chain: join them by 'and'";
        if (kind != TokenKind.Name)
            return "";
        var words = expected.SelectMany(e => e.Split('\'').Where((_, i) => i % 2 == 1));
        return Nearest.Hint(got, ExpectsOperator(expected) ? words.Concat(Names.AfterValue) : words);
    }

    private static bool ExpectsOperator(IReadOnlyList<string> expected) =>
        expected.Any(e => e.Contains("operator", StringComparison.Ordinal));

    private static bool IsComparison(string symbol) => symbol is "==" or "!=" or "<" or "<=" or ">" or ">=";

    private static string? SymbolHint(string got) => got switch
    {
        "=" or "===" => "==",
        "<>" or "!==" => "!=",
        "=>" => ">=",
        "=<" => "<=",
        "&" or "&&" => "and",
        "|" or "||" => "or",
        "!" => "not",
        "=~" or "~" => "matches",
        "!~" => "not matches",
        _ => null,
    };
}
