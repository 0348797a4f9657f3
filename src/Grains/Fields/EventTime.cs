using System.Text.Json;
using Grains.Kinds;

namespace Grains.Fields;

/// <summary>Reads an event's time.</summary>
internal static class EventTime
{
    /// <summary>
    /// Numbers below it count seconds, for <see cref="TimeUnit.Auto"/>: 1e11 seconds is the year 5138, 1e11 ms is 1973.
    /// </summary>
    private const double FirstMilliseconds = 1e11;

    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The time at the reader's token, milliseconds since the Unix epoch; parts of one are cut off.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, TimeUnit unit, out long time)
    {
        time = 0;
        return reader.TokenType switch
        {
            JsonTokenType.Number => TryNumber(ref reader, unit, out time),
            JsonTokenType.String => TryText(ref reader, out time),
            _ => false,
        };
    }

    public static string Name(TimeUnit unit) => unit switch
    {
        TimeUnit.Seconds => "seconds",
        TimeUnit.Milliseconds => "milliseconds",
        _ => "seconds or milliseconds",
    };

    private static bool TryNumber(ref Utf8JsonReader reader, TimeUnit unit, out long time)
    {
        time = 0;
        if (!reader.TryGetDouble(out var number))
            return false;
        var seconds = unit == TimeUnit.Seconds || unit == TimeUnit.Auto && Math.Abs(number) < FirstMilliseconds;
        var milliseconds = seconds ? Math.Round(number * 1000, 3) : number;
        if (!(milliseconds >= Earliest && milliseconds <= Latest))
            return false;
        time = (long)Math.Floor(milliseconds);
        return true;
    }

    /// <summary>A time without an offset is UTC, not the zone of the machine that happens to read it.</summary>
    private static bool TryText(ref Utf8JsonReader reader, out long time)
    {
        time = 0;
        if (!reader.TryGetDateTime(out var local))
            return false;
        if (local.Kind == DateTimeKind.Unspecified)
        {
            time = new DateTimeOffset(local, TimeSpan.Zero).ToUnixTimeMilliseconds();
            return true;
        }

        if (!reader.TryGetDateTimeOffset(out var exact))
            return false;
        time = exact.ToUnixTimeMilliseconds();
        return true;
    }
}
