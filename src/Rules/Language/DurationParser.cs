namespace Rules.Language;

/// <summary>Parses durations as Prometheus writes them: <c>30s</c>, <c>1h30m</c>, <c>500ms</c>.</summary>
internal static class DurationParser
{
    private static readonly (string Unit, long Milliseconds)[] Units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 7 * 86_400_000L)];

    /// <summary>The longest duration: 100 years, so that no sum of times overflows.</summary>
    public const long Longest = 100 * 365 * 86_400_000L;

    public static long? Parse(string text, out ParseProblem problem)
    {
        var got = text.Length == 0 ? "nothing" : $"'{text}'";
        problem = new(0, $"expected a duration such as 30s, 5m or 1h30m, got {got}");
        var total = 0L;
        var position = 0;
        while (position < text.Length)
        {
            var digits = Count(text, position, char.IsAsciiDigit);
            var letters = Count(text, position + digits, char.IsAsciiLetterLower);
            if (digits is 0 or > 15 || Milliseconds(text.Substring(position + digits, letters)) is not { } unit)
                return null;
            var count = long.Parse(text.AsSpan(position, digits), System.Globalization.CultureInfo.InvariantCulture);
            if (count > (Longest - total) / unit)
            {
                problem = new(0, $"the duration '{text}' is longer than 100 years");
                return null;
            }

            total += count * unit;
            position += digits + letters;
        }

        return text.Length == 0 ? null : total;
    }

    /// <summary>The shortest text: the largest units first.</summary>
    /// <param name="largest">The largest unit that the text may use.</param>
    public static string Text(long milliseconds, string largest = "w")
    {
        if (milliseconds == 0)
            return "0s";
        var text = new System.Text.StringBuilder(milliseconds < 0 ? "-" : "");
        var rest = Math.Abs(milliseconds);
        foreach (var (unit, length) in Units.Reverse().SkipWhile(u => u.Unit != largest))
        {
            if (rest >= length)
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{rest / length}{unit}");
            rest %= length;
        }

        return text.ToString();
    }

    private static int Count(string text, int from, Func<char, bool> isPart)
    {
        var end = from;
        while (end < text.Length && isPart(text[end]))
            end++;
        return end - from;
    }

    private static long? Milliseconds(string unit)
    {
        foreach (var (name, milliseconds) in Units)
            if (name == unit)
                return milliseconds;
        return null;
    }
}
