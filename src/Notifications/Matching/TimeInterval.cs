using System.Collections.Immutable;

namespace Notifications.Matching;

/// <summary>From and to: both belong to it.</summary>
internal readonly record struct Span(int From, int To)
{
    public bool Contains(int value) => From <= value && value <= To;
}

/// <summary>A time that all the given properties hold for; an empty one holds always.</summary>
/// <param name="Minutes">Of the day.</param>
/// <param name="Weekdays">0 is Sunday.</param>
/// <param name="DaysOfMonth">-1 is the last one.</param>
internal sealed record TimeWindow(
    ImmutableArray<Span> Minutes,
    ImmutableArray<Span> Weekdays,
    ImmutableArray<Span> DaysOfMonth,
    ImmutableArray<Span> Months,
    ImmutableArray<Span> Years,
    TimeZoneInfo Zone)
{
    public bool Contains(DateTimeOffset moment)
    {
        var at = TimeZoneInfo.ConvertTime(moment, Zone);
        return Any(Minutes, (at.Hour * 60) + at.Minute)
            && Any(Weekdays, (int)at.DayOfWeek)
            && Any(Months, at.Month)
            && Any(Years, at.Year)
            && (DaysOfMonth.IsEmpty || DaysOfMonth.Any(days => OfMonth(days, at).Contains(at.Day)));
    }

    private static bool Any(ImmutableArray<Span> spans, int value) =>
        spans.IsEmpty || spans.Any(span => span.Contains(value));

    private static Span OfMonth(Span days, DateTimeOffset at)
    {
        var length = DateTime.DaysInMonth(at.Year, at.Month);
        return new Span(Day(days.From), Day(days.To));

        int Day(int day) => day < 0 ? length + 1 + day : day;
    }
}

/// <summary>Times with a name: those of any of its windows.</summary>
internal sealed record TimeInterval(string Name, ImmutableArray<TimeWindow> Windows)
{
    public bool Contains(DateTimeOffset moment) => Windows.Any(window => window.Contains(moment));
}
