using System.Globalization;
using Rules.Engine;

namespace Rules.Testing;

/// <summary>
/// Series in the short notation of promtool: values separated by spaces; <c>a+bxn</c> is a, a+b, .. (n + 1 values), <c>a-bxn</c> likewise downwards,
/// <c>axn</c> is a repeated (n + 1 values), <c>_</c> and <c>_xn</c> are 1 and n missing ones. A text that is no number stands for itself, in
/// quotes if it has spaces.
/// </summary>
internal static class SeriesNotation
{
    private const int MaxValues = 100_000;

    /// <summary>The values, null where one is missing.</summary>
    /// <exception cref="FormatException">Something is no value; the message says what.</exception>
    public static List<string?> Parse(string text)
    {
        var values = new List<string?>();
        foreach (var item in Split(text))
        {
            Add(values, item);
            if (values.Count > MaxValues) throw new FormatException($"a series has at most {MaxValues} values");
        }

        return values;
    }

    private static IEnumerable<string> Split(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var start = at;
            var quote = text[at] is '"' or '\'' ? text[at] : '\0';
            if (quote != '\0')
            {
                at = text.IndexOf(quote, at + 1) + 1;
                if (at == 0) throw new FormatException($"the text at character {start + 1} has no end");
            }

            while (at < text.Length && !char.IsWhiteSpace(text[at])) at++;
            yield return text[start..at];
        }
    }

    private static void Add(List<string?> values, string item)
    {
        var times = item.LastIndexOf('x');
        var hasTimes = times > 0 && int.TryParse(item.AsSpan(times + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        var count = hasTimes ? int.Parse(item.AsSpan(times + 1), CultureInfo.InvariantCulture) : 0;
        if (count > MaxValues) throw new FormatException($"a series has at most {MaxValues} values");
        var value = hasTimes ? item[..times] : item;
        if (value == "_")
        {
            for (var i = 0; i < Math.Max(1, count); i++) values.Add(null);
            return;
        }

        var step = StepOf(value, out var first);
        for (var i = 0; i <= count; i++)
            values.Add(step is { } by ? (first + (i * by)).ToString("R", CultureInfo.InvariantCulture) : Unquote(value));
    }

    /// <summary>Null when the value is no number: then it is itself.</summary>
    private static double? StepOf(string value, out double first)
    {
        if (TimeText.TryNumber(value, out first)) return 0;
        for (var sign = value.Length - 1; sign > 0; sign--)
        {
            if (value[sign] is '+' or '-' && TimeText.TryNumber(value[..sign], out first)
                && TimeText.TryNumber(value[(sign + 1)..], out var step))
                return value[sign] == '+' ? step : -step;
        }

        return null;
    }

    private static string Unquote(string value) =>
        value.Length > 1 && value[0] is ('"' or '\'') && value[^1] == value[0] ? value[1..^1] : value;
}
