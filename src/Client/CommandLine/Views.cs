using System.Globalization;
using Grains.Interfaces;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Client.CommandLine;

/// <summary>Results as people read them.</summary>
internal static class Views
{
    public static IRenderable Snapshot(EntitySnapshot snapshot)
    {
        var parts = new List<IRenderable> { new Markup(Title(snapshot)) };
        if (snapshot.Fields.Count > 0)
            parts.Add(Fields(snapshot.Fields));
        if (snapshot.Attributes.Count > 0)
            parts.Add(Attributes(snapshot.Attributes));
        if (snapshot.Alerts.Count > 0)
            parts.Add(Alerts(snapshot.Alerts));
        return new Rows(parts);
    }

    public static IRenderable Alerts(IEnumerable<Alert> alerts)
    {
        var table = Table("Alert", "State", "Since", "Fired", ">Value", "Message", "Acknowledged");
        foreach (var alert in alerts)
            table.AddRow(
                Escaped(alert.Rule), State(alert.State), Time(alert.Since), Time(alert.FiredAt), Number(alert.Value),
                Escaped(alert.Message), Escaped(Acknowledged(alert)));
        return table;
    }

    public static IRenderable Found(IEnumerable<FoundAlert> found)
    {
        var table = Table("Entity", "Alert", "State", "Since", ">Value", "Labels", "Message", "Acknowledged");
        foreach (var (kind, key, alert) in found)
            table.AddRow(
                Escaped($"{kind}/{key}"), Escaped(alert.Rule), State(alert.State), Time(alert.Since), Number(alert.Value),
                Escaped(string.Join(", ", alert.Labels.Select(label => $"{label.Key}={label.Value}"))), Escaped(alert.Message),
                Escaped(Acknowledged(alert)));
        return table;
    }

    public static IRenderable Silences(IEnumerable<Silence> silences)
    {
        var table = Table("Silence", "Matchers", "From", "Until", "Who", "Why");
        foreach (var silence in silences)
            table.AddRow(
                Escaped(silence.Id), Escaped(string.Join(", ", silence.Matchers)), Time(silence.From), Time(silence.Until),
                Escaped(silence.Who), Escaped(silence.Why));
        return table;
    }

    public static IRenderable RuleSets(IEnumerable<RuleSetVersion> versions)
    {
        var table = Table(">Version", "Since", "Who", "Files");
        foreach (var version in versions)
            table.AddRow(
                version.Number.ToString(CultureInfo.InvariantCulture), Time(version.At), Escaped(version.Who),
                Escaped(string.Join(", ", version.Files)));
        return table;
    }

    public static IRenderable Recommendations(IEnumerable<RecommendedItem> items)
    {
        var table = Table("Item", ">Score", "Method", "Reason");
        foreach (var item in items)
            table.AddRow(Escaped(item.Item), Number(item.Score), Escaped(item.Method), Escaped(item.Reason));
        return table;
    }

    public static IRenderable Feedback(IEnumerable<FeedbackSum> sums)
    {
        var table = Table("Variant", "Method", ">Lists", ">Hit rate", ">Items", ">Click rate");
        foreach (var sum in sums)
            table.AddRow(
                Escaped(sum.Variant), Escaped(sum.Method), Whole(sum.Lists), Percent(sum.HitRate), Whole(sum.Items), Percent(sum.ClickRate));
        return table;

        static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
    }

    public static IRenderable Explanation(string visitor, VisitorSnapshot known, RecommendationAnswer answer)
    {
        var recent = Table("Seen lately", "Last", ">Times", "Strongest");
        foreach (var item in known.Recent.Reverse())
            recent.AddRow(Escaped(item.Item), Time(item.Last), item.Count.ToString(CultureInfo.InvariantCulture), Escaped(item.Strongest));
        var refused = known.Refused.Select(entry => string.Create(CultureInfo.InvariantCulture, $", {entry.Value} refused for {entry.Key}"));
        return new Rows(
            new Markup(
                $"[bold]{Escaped(visitor)}[/]  {(known.Seen ? "" : "[grey]not seen yet[/]  ")}variant {Escaped(answer.Variant)}, "
                + $"{known.Sessions.Count} sessions, {known.Purchases.Count} items bought{Escaped(string.Concat(refused))}"),
            new Markup($"looked at, oldest first: {(answer.Context.Count == 0 ? "nothing" : Escaped(string.Join(", ", answer.Context)))}"),
            recent,
            Recommendations(answer.Items));
    }

    /// <summary>One line, for output that is not a terminal.</summary>
    public static string Line(HistoryEvent entry) =>
        $"{Time(entry.Time)}  {(entry.IsAlert ? "alert" : "event")}  {entry.Source}@{entry.Offset}  {entry.Json}";

    /// <summary>One line, for watching without a terminal.</summary>
    public static string Line(EntitySnapshot snapshot)
    {
        var fields = snapshot.Fields.OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"  {field.Key}={Number(field.Value.Last)}");
        var alerts = snapshot.Alerts.Select(alert => $"  {alert.Rule}:{alert.State}");
        return $"{Time(snapshot.LastTime)}  {snapshot.Count} events{string.Concat(fields)}{string.Concat(alerts)}";
    }

    public static string NotSeen(string kind, string key) => $"{kind}/{key} is not seen yet: no event of it has come.";

    private static string Title(EntitySnapshot snapshot)
    {
        var name = Escaped($"{snapshot.Kind}/{snapshot.Key}");
        return snapshot.Seen
            ? string.Create(CultureInfo.InvariantCulture,
                $"[bold]{name}[/]  {snapshot.Count:N0} events, first {Time(snapshot.FirstTime)}, last {Time(snapshot.LastTime)}")
            : $"[bold]{name}[/]  [grey]not seen yet[/]";
    }

    private static Table Fields(IReadOnlyDictionary<string, FieldStatistics> fields)
    {
        var table = Table("Field", ">Last", ">Mean", ">Min", ">Max", ">EW mean", ">EW variance", ">Count");
        foreach (var (name, field) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
            table.AddRow(
                Escaped(name), Number(field.Last), Number(field.Mean), Number(field.Min), Number(field.Max),
                Number(field.EwMean), Number(field.EwVariance), field.Count.ToString("N0", CultureInfo.InvariantCulture));
        return table;
    }

    private static Table Attributes(IReadOnlyDictionary<string, string> attributes)
    {
        var table = Table("Attribute", "Last");
        foreach (var (name, value) in attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
            table.AddRow(Escaped(name), Escaped(value));
        return table;
    }

    /// <summary>A table; what begins with > is the header of a column of numbers.</summary>
    public static Table Table(params string[] headers)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var header in headers)
        {
            var right = header.StartsWith('>');
            var column = new TableColumn(right ? header[1..] : header);
            table.AddColumn(right ? column.RightAligned() : column);
        }

        return table;
    }

    private static string Acknowledged(Alert alert) => alert.AcknowledgedBy is null
        ? ""
        : $"{alert.AcknowledgedBy}, {Time(alert.AcknowledgedAt)}"
            + (alert.AcknowledgedWhy is { Length: > 0 } why ? $": {why}" : "");

    private static string State(AlertState state) => state switch
    {
        AlertState.Firing => "[red]firing[/]",
        AlertState.Pending => "[yellow]pending[/]",
        _ => "[green]resolved[/]",
    };

    private static string Percent(double value) => value.ToString("P1", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "-";

    public static string Escaped(string text) => Markup.Escape(text);
}
