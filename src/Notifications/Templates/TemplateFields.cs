using System.Globalization;
using System.Text.Json;
using Notifications.Receivers;
using Rules.Language;

namespace Notifications.Templates;

/// <summary>The words of templates.</summary>
internal static class TemplateFields
{
    private static readonly Dictionary<string, Func<Notification, string>> OfNotification = new(StringComparer.Ordinal)
    {
        ["status"] = n => n.Status,
        ["receiver"] = n => n.Receiver,
        ["group_key"] = n => n.Group.Text,
        ["external_url"] = n => n.ExternalUrl,
        ["alert_count"] = n => Text(n.Alerts.Length),
        ["firing_count"] = n => Text(n.Alerts.Count(a => a.IsFiring)),
        ["resolved_count"] = n => Text(n.Alerts.Count(a => !a.IsFiring)),
    };

    private static readonly Dictionary<string, Func<Notification, Labels>> LabelsOfNotification = new(StringComparer.Ordinal)
    {
        ["group_labels"] = n => n.Group.Labels,
        ["common_labels"] = n => n.CommonLabels,
        ["common_annotations"] = n => n.CommonAnnotations,
    };

    private static readonly Dictionary<string, Func<Alert, string>> OfAlert = new(StringComparer.Ordinal)
    {
        ["status"] = a => a.Status,
        ["id"] = a => a.Id,
        ["fingerprint"] = a => a.Fingerprint,
        ["starts_at"] = a => NotificationJson.Time(a.StartsAt),
        ["ends_at"] = a => a.EndsAt is { } end ? NotificationJson.Time(end) : "",
    };

    private static readonly Dictionary<string, Func<Alert, Labels>> LabelsOfAlert = new(StringComparer.Ordinal)
    {
        ["labels"] = a => a.Labels,
        ["annotations"] = a => a.Annotations,
    };

    /// <summary>What <c>each</c> can go through.</summary>
    public static readonly Dictionary<string, Func<Alert, bool>> Lists = new(StringComparer.Ordinal)
    {
        ["alerts"] = _ => true,
        ["firing"] = a => a.IsFiring,
        ["resolved"] = a => !a.IsFiring,
    };

    /// <summary>What follows a <c>|</c>: a change of a value, given what stands after the filter's name.</summary>
    public static readonly Dictionary<string, Func<string, Func<string, string>?>> Filters = new(StringComparer.Ordinal)
    {
        ["upper"] = argument => argument.Length == 0 ? v => v.ToUpperInvariant() : null,
        ["lower"] = argument => argument.Length == 0 ? v => v.ToLowerInvariant() : null,
        ["json"] = argument => argument.Length == 0 ? v => JsonSerializer.Serialize(v) : null,
        ["default"] = Default,
        ["truncate"] = argument =>
            int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length > 0
                ? v => v.Length <= length ? v : $"{v[..(length - 1)]}…"
                : null,
    };

    /// <summary>A field such as <c>status</c> or <c>common_labels.severity</c>; without a name, labels are a list.</summary>
    /// <param name="inEach">Whether there is an alert.</param>
    /// <exception cref="ParseException">There is no such field.</exception>
    public static Func<TemplateContext, string> Find(string path, int position, bool inEach)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var (root, name) = dot < 0 ? (path, null) : (path[..dot], path[(dot + 1)..]);
        if (inEach && name is null && OfAlert.TryGetValue(root, out var ofAlert))
            return c => ofAlert(c.Alert!);
        if (inEach && LabelsOfAlert.TryGetValue(root, out var alertLabels))
            return c => Text(alertLabels(c.Alert!), name);
        if (name is null && OfNotification.TryGetValue(root, out var ofNotification))
            return c => ofNotification(c.Notification);
        if (LabelsOfNotification.TryGetValue(root, out var labels))
            return c => Text(labels(c.Notification), name);
        if (!inEach && !OfNotification.ContainsKey(root) && (OfAlert.ContainsKey(root) || LabelsOfAlert.ContainsKey(root)))
            throw new ParseException(position, $"'{root}' is of an alert: it goes between {{{{ each alerts }}}} and {{{{ end }}}}");
        IEnumerable<string> known = [.. OfNotification.Keys, .. LabelsOfNotification.Keys];
        if (inEach)
            known = [.. known, .. OfAlert.Keys, .. LabelsOfAlert.Keys];
        throw new ParseException(position, $"unknown field '{path}'{Nearest.Hint(root, known)}");
    }

    private static Func<string, string>? Default(string argument)
    {
        if (argument.Length < 2 || argument[0] != '"' || argument[^1] != '"')
            return null;
        var text = Quoted.Read(argument, 0);
        return v => v.Length == 0 ? text : v;
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Text(Labels labels, string? name) =>
        name is null ? string.Join(", ", labels.Select(l => $"{l.Key}={l.Value}")) : LabelSet.Value(labels, name);
}
