using System.Globalization;

namespace Rules.Engine;

/// <summary>Times and numbers as text.</summary>
public static class TimeText
{
    // Below it a number counts seconds: 1e11 seconds is the year 5138, 1e11 ms is 1973.
    private const double FirstMilliseconds = 1e11;

    /// <summary>ISO 8601 (UTC if it names no offset), or a number of seconds or milliseconds since the Unix epoch.</summary>
    /// <param name="time">Milliseconds since the Unix epoch.</param>
    public static bool TryParse(string text, out long time)
    {
        time = 0;
        if (TryNumber(text, out var number))
        {
            var milliseconds = Math.Abs(number) < FirstMilliseconds ? number * 1000 : number;
            if (Math.Abs(milliseconds) > 2.5e14) return false;
            time = (long)Math.Floor(milliseconds);
            return true;
        }

        const DateTimeStyles style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, style, out var moment)) return false;
        time = moment.ToUnixTimeMilliseconds();
        return true;
    }

    /// <summary>A finite number.</summary>
    public static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out number)
        && double.IsFinite(number);
}
