using System.Collections.Immutable;
using System.Globalization;
using Notifications.Matching;
using Rules.Language;
using YamlDotNet.RepresentationModel;
using Span = Notifications.Matching.Span;

namespace Notifications.Configuration;

/// <summary>Reads time intervals as Alertmanager writes them.</summary>
internal sealed class TimeIntervalParser(YamlValues values)
{
    private static readonly ImmutableArray<string> Properties =
        ["times", "weekdays", "days_of_month", "months", "years", "location"];

    private static readonly ImmutableArray<string> Weekdays =
        [.. CultureInfo.InvariantCulture.DateTimeFormat.DayNames.Select(n => n.ToLowerInvariant())];

    /// <summary>At index 1 is january, for they are counted so.</summary>
    private static readonly ImmutableArray<string> Months =
        ["", .. CultureInfo.InvariantCulture.DateTimeFormat.MonthNames.Take(12).Select(n => n.ToLowerInvariant())];

    private readonly RuleYaml _yaml = values.Yaml;

    public (YamlNode Node, TimeInterval Interval)? Parse(YamlNode node)
    {
        if (_yaml.Mapping(node, "a time interval", ["name", "time_intervals"]) is not { } properties
            || _yaml.Required(node, properties, "name") is not { } nameNode
            || _yaml.Scalar(nameNode, "a name") is not { } name
            || _yaml.Required(node, properties, "time_intervals") is null)
            return null;
        var windows = values.List(properties, "time_intervals", "a list of times").Select(Window).OfType<TimeWindow>();
        return (nameNode, new TimeInterval(name, [.. windows]));
    }

    private TimeWindow? Window(YamlNode node) =>
        _yaml.Mapping(node, "times, weekdays, days_of_month, months, years and location", Properties) is not { } properties
            ? null
            : new TimeWindow(
                [.. values.List(properties, "times", "a list of start_time and end_time").Select(Times).OfType<Span>()],
                Spans(properties, "weekdays", "a weekday such as monday or monday:friday", w => Weekdays.IndexOf(w), 0, 6),
                Spans(properties, "days_of_month", "days from 1 to 31, or from -31 to -1 from the month's end", Number, -31, 31),
                Spans(properties, "months", "a month such as january or 1:3", Month, 1, 12),
                Spans(properties, "years", "a year such as 2030 or 2030:2031", Number, 1, 9999),
                Zone(properties));

    private Span? Times(YamlNode node)
    {
        if (_yaml.Mapping(node, "start_time and end_time", ["start_time", "end_time"]) is not { } properties
            || _yaml.Required(node, properties, "start_time") is not { } start
            || _yaml.Required(node, properties, "end_time") is not { } end
            || Minute(start) is not { } from || Minute(end) is not { } to)
            return null;
        if (from < to)
            return new Span(from, to - 1);
        _yaml.Error(end, "expected an end_time after start_time; a night is two times, until 24:00 and from 00:00");
        return null;
    }

    private int? Minute(YamlNode node)
    {
        if (_yaml.Scalar(node, "a time such as 17:30") is not { } text)
            return null;
        if (text == "24:00")
            return 24 * 60;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return (time.Hour * 60) + time.Minute;
        _yaml.Error(node, $"expected a time such as 17:30, got '{text}'");
        return null;
    }

    private static int Month(string text) => Months.IndexOf(text) is > 0 and var index ? index : Number(text);

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : int.MinValue;

    /// <summary>Each <c>from:to</c> or one value alone.</summary>
    private ImmutableArray<Span> Spans(
        Dictionary<string, YamlNode> properties, string name, string expected, Func<string, int> parse, int least, int most)
    {
        return [.. values.List(properties, name, $"a list, each {expected}").Select(Read).OfType<Span>()];

        Span? Read(YamlNode node)
        {
            if (_yaml.Scalar(node, expected) is not { } text)
                return null;
            var ends = text.ToLowerInvariant().Split(':');
            var span = new Span(parse(ends[0].Trim()), parse(ends[^1].Trim()));
            if (ends.Length <= 2 && IsWithin(span.From) && IsWithin(span.To) && IsInOrder(span))
                return span;
            _yaml.Error(node, $"expected {expected}, got '{text}'");
            return null;
        }

        // Where values may be below 0, 0 is none.
        bool IsWithin(int value) => value >= least && value <= most && (value != 0 || least == 0);
    }

    /// <summary>From the first days of a month to its last ones is in order.</summary>
    private static bool IsInOrder(Span span) => span.From <= span.To || (span.From > 0 && span.To < 0);

    private TimeZoneInfo Zone(Dictionary<string, YamlNode> properties)
    {
        if (values.Text(properties, "location", "a time zone such as Europe/Berlin") is not { } name)
            return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
            return zone;
        _yaml.Error(properties["location"], $"unknown time zone '{name}'");
        return TimeZoneInfo.Utc;
    }
}
