using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Notifications.Receivers;

/// <summary>Notifications as Alertmanager writes them. The same notification gives the same bytes.</summary>
internal static class NotificationJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Alertmanager's webhook payload, version 4.</summary>
    /// <param name="maxAlerts">0: all.</param>
    public static byte[] Webhook(Notification notification, int maxAlerts = 0) => Write(json =>
    {
        var shown = maxAlerts == 0 ? notification.Alerts.Length : Math.Min(maxAlerts, notification.Alerts.Length);
        json.WriteStartObject();
        json.WriteString("version", "4");
        json.WriteString("groupKey", notification.Group.Text);
        json.WriteNumber("truncatedAlerts", notification.Alerts.Length - shown);
        json.WriteString("status", notification.Status);
        json.WriteString("receiver", notification.Receiver);
        WriteLabels(json, "groupLabels", notification.Group.Labels);
        WriteLabels(json, "commonLabels", notification.CommonLabels);
        WriteLabels(json, "commonAnnotations", notification.CommonAnnotations);
        json.WriteString("externalURL", notification.ExternalUrl);
        json.WriteStartArray("alerts");
        foreach (var alert in notification.Alerts.Take(shown))
        {
            json.WriteStartObject();
            json.WriteString("status", alert.Status);
            WriteAlert(json, notification, alert, alert.EndsAt);
            json.WriteString("fingerprint", alert.Fingerprint);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>The body of Alertmanager's <c>POST /api/v2/alerts</c>.</summary>
    /// <param name="firingUntil">Until when Alertmanager takes the firing ones for firing; milliseconds since the Unix epoch.</param>
    public static byte[] PostableAlerts(Notification notification, long firingUntil) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var alert in notification.Alerts)
        {
            json.WriteStartObject();
            WriteAlert(json, notification, alert, alert.EndsAt ?? firingUntil);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>RFC 3339.</summary>
    public static string Time(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteAlert(Utf8JsonWriter json, Notification notification, Alert alert, long? endsAt)
    {
        WriteLabels(json, "labels", alert.Labels);
        WriteLabels(json, "annotations", alert.Annotations);
        json.WriteString("startsAt", Time(alert.StartsAt));
        json.WriteString("endsAt", endsAt is { } end ? Time(end) : "0001-01-01T00:00:00Z");
        json.WriteString("generatorURL", notification.ExternalUrl);
    }

    private static void WriteLabels(Utf8JsonWriter json, string name, Labels labels)
    {
        json.WriteStartObject(name);
        foreach (var (label, value) in labels)
            json.WriteString(label, value);
        json.WriteEndObject();
    }
}
