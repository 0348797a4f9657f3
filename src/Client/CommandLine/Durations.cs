using System.CommandLine.Parsing;
using System.Globalization;

namespace Client.CommandLine;

/// <summary>Times as people type them.</summary>
internal static class Durations
{
    private static readonly (string Unit, TimeSpan One)[] _units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)), ("", TimeSpan.FromSeconds(1)),
    ];

    /// <summary><c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>3d</c>; a number alone is in seconds.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        foreach (var (unit, one) in _units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)
                || !double.TryParse(
                    text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number * one.TotalDays > 365_000)
                continue;
            duration = one * number;
            return true;
        }

        duration = default;
        return false;
    }

    /// <summary>In its two largest units: <c>2d 3h</c>, <c>5m 30s</c>, <c>250ms</c>.</summary>
    public static string Text(TimeSpan duration)
    {
        (int Number, string Unit)[] parts =
            [((int)duration.TotalDays, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s"), (duration.Milliseconds, "ms")];
        var first = Array.FindIndex(parts, part => part.Number > 0);
        return first < 0 ? "0s" : string.Join(' ', parts.Skip(first).Take(2).Where(part => part.Number > 0).Select(part => $"{part.Number}{part.Unit}"));
    }

    public static TimeSpan? ParseTimeout(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (TryParse(text, out var duration) && duration > TimeSpan.Zero && duration <= TimeSpan.FromDays(1))
            return duration;
        result.AddError($"'{text}' is no time limit: expected more than zero and at most a day, as in 30s, 500ms or 5m.");
        return null;
    }

    /// <summary>A length above zero and at most ten years.</summary>
    public static TimeSpan ParseLength(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (TryParse(text, out var length) && length > TimeSpan.Zero && length <= TimeSpan.FromDays(3650))
            return length;
        result.AddError($"'{text}' is no length of time: expected more than zero and at most ten years, as in 30m, 2h or 3d.");
        return default;
    }

    /// <summary>A moment as ISO 8601 (UTC unless it says otherwise) or as a time ago: <c>15m</c>.</summary>
    public static DateTimeOffset? ParseMoment(ArgumentResult result, TimeProvider time)
    {
        var text = result.Tokens[0].Value;
        if (TryParse(text, out var ago) && !text.All(char.IsAsciiDigit))
            return time.GetUtcNow() - ago;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            return moment;
        result.AddError($"'{text}' is no time: expected ISO 8601, as in 2026-01-31T12:00:00Z, or a time ago, as in 15m or 2h.");
        return null;
    }
}
