using System.Globalization;
using System.Text;

namespace Rules.Engine;

/// <summary>Durations as rules write them: <c>1h30m</c>.</summary>
internal static class DurationText
{
    private static readonly (string Unit, long Milliseconds)[] Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    public static string Of(long milliseconds)
    {
        if (milliseconds == 0) return "0s";
        var text = new StringBuilder(milliseconds < 0 ? "-" : "");
        var left = Math.Abs(milliseconds);
        foreach (var (unit, length) in Units)
        {
            if (left >= length) text.Append(CultureInfo.InvariantCulture, $"{left / length}{unit}");
            left %= length;
        }

        return text.ToString();
    }
}
