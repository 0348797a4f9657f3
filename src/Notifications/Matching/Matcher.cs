using System.Text.RegularExpressions;
using Rules.Language;

namespace Notifications.Matching;

internal enum MatchKind
{
    Equal,
    NotEqual,
    Regex,
    NotRegex,
}

/// <summary>
/// A condition on a label: <c>severity="critical"</c>, <c>!=</c>, <c>=~</c> or <c>!~</c>. A regular expression matches the whole
/// value and never backtracks. A label that is missing counts as empty.
/// </summary>
public sealed class Matcher
{
    private static readonly (string Text, MatchKind Kind)[] Operators =
        [("=~", MatchKind.Regex), ("!~", MatchKind.NotRegex), ("!=", MatchKind.NotEqual), ("=", MatchKind.Equal)];

    private readonly string _name;
    private readonly MatchKind _kind;
    private readonly string _value;
    private readonly Regex? _regex;

    private Matcher(string name, MatchKind kind, string value, Regex? regex) =>
        (_name, _kind, _value, _regex) = (name, kind, value, regex);

    /// <exception cref="FormatException">It is none; says why.</exception>
    public static Matcher Parse(string text)
    {
        try
        {
            return Read(text);
        }
        catch (ParseException e)
        {
            throw new FormatException($"{text}: {e.Message}", e);
        }
    }

    /// <param name="labels">By name.</param>
    public bool Matches(Labels labels)
    {
        var value = LabelSet.Value(labels, _name);
        return _kind switch
        {
            MatchKind.Equal => value == _value,
            MatchKind.NotEqual => value != _value,
            MatchKind.Regex => _regex!.IsMatch(value),
            _ => !_regex!.IsMatch(value),
        };
    }

    public override string ToString() =>
        $"{_name}{Operators.First(o => o.Kind == _kind).Text}{Quoted.Write(_value, '"')}";

    /// <summary>Whether all of them match.</summary>
    internal static bool AllMatch(IEnumerable<Matcher> matchers, Labels labels) => matchers.All(m => m.Matches(labels));

    /// <exception cref="ParseException">It is none; says why and where.</exception>
    internal static Matcher Read(string text)
    {
        var at = text.IndexOfAny(['=', '!']);
        var found = at < 0 ? default : Operators.FirstOrDefault(o => text.AsSpan(at).StartsWith(o.Text));
        if (found.Text is null)
            throw new ParseException(Math.Max(at, 0), "expected a matcher such as severity=\"critical\" with =, !=, =~ or !~");
        var name = text[..at].Trim();
        if (name.Length == 0 || name.Any(c => char.IsWhiteSpace(c) || c is '"' or '{' or '}' or ','))
            throw new ParseException(0, $"expected the name of a label, got '{name}'");
        var start = at + found.Text.Length;
        var value = Value(text, start);
        return new Matcher(name, found.Kind, value, found.Kind is MatchKind.Regex or MatchKind.NotRegex ? Regex(value, start) : null);
    }

    private static string Value(string text, int start)
    {
        var raw = text[start..].Trim();
        var position = text.IndexOf(raw, start, StringComparison.Ordinal);
        if (!raw.StartsWith('"'))
            return raw.Contains('"', StringComparison.Ordinal)
                ? throw new ParseException(position, "expected a value in quotes or without any")
                : raw;
        var end = 1;
        while (end < raw.Length && raw[end] != '"')
            end += raw[end] == '\\' ? 2 : 1;
        if (end >= raw.Length)
            throw new ParseException(position, "the quote is not closed");
        if (end != raw.Length - 1)
            throw new ParseException(position + end + 1, "expected nothing after the value; each matcher is one of the list");
        return Quoted.Read(raw, position);
    }

    private static Regex Regex(string pattern, int position)
    {
        try
        {
            return new Regex($"\\A(?:{pattern})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ParseException(position, $"the regular expression cannot be used: {e.Message}");
        }
    }
}
