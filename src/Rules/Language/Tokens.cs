using System.Text.RegularExpressions;
using Superpower;
using Superpower.Parsers;
using Superpower.Tokenizers;

namespace Rules.Language;

/// <summary>The kinds of words of an expression.</summary>
internal enum TokenKind
{
    Name,

    /// <summary>A field's name in backquotes.</summary>
    QuotedName,
    Number,
    Duration,

    /// <summary>With its quotes and escapes.</summary>
    Text,
    Symbol,

    /// <summary>Begins as a number and is none: <c>5min</c>, <c>1.2.3</c>.</summary>
    BadNumber,

    /// <summary>A text or name without its closing quote, up to the end.</summary>
    Unclosed,

    /// <summary>A character that no expression has outside of a text.</summary>
    Other,
}

/// <summary>Cuts an expression into words. It always can: what is no word is one of the last three kinds.</summary>
internal static class Tokens
{
    public static Tokenizer<TokenKind> Tokenizer { get; } = new TokenizerBuilder<TokenKind>()
        .Ignore(Span.WhiteSpace)
        .Match(Pattern(@"[\p{L}_][\p{L}\p{Nd}_]*"), TokenKind.Name)
        .Match(Pattern(@"(?:[0-9]+(?:ms|[smhdw]))+(?![\p{L}\p{Nd}_.])"), TokenKind.Duration)
        .Match(Pattern(@"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\p{L}\p{Nd}_.])"), TokenKind.Number)
        .Match(Pattern(@"\.?[\p{Nd}][\p{L}\p{Nd}_.]*"), TokenKind.BadNumber)
        .Match(Pattern("""
            "(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'
            """), TokenKind.Text)
        .Match(Pattern(@"`(?:[^`\\]|\\.)*`"), TokenKind.QuotedName)
        .Match(Pattern("[\"'`].*"), TokenKind.Unclosed)
        .Match(Pattern("[<>=!~&|]+|[-+*/%(),]"), TokenKind.Symbol)
        .Match(Pattern(@"[\uD800-\uDBFF][\uDC00-\uDFFF]|."), TokenKind.Other)
        .Build();

    private static TextParser<Superpower.Model.TextSpan> Pattern(string pattern) =>
        Span.Regex($"(?:{pattern})", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.Compiled);
}
