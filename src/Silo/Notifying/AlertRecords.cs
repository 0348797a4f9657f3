using System.Collections.Immutable;
using System.Text.Json;
using Notifications;
using Rules.Alerts;

namespace Silo.Notifying;

/// <summary>Reads records of alerts topics.</summary>
internal static class AlertRecords
{
    /// <summary>The notice of a record of format Full; null: nobody is notified of it, for it is neither firing nor resolved.</summary>
    /// <exception cref="FormatException">It is none; says why, without its content.</exception>
    public static AlertNotice? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new FormatException($"not JSON: byte {e.BytePositionInLine} of line {e.LineNumber}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("a text is not UTF-8", e);
        }
    }

    private static AlertNotice? Read(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object) throw new FormatException("not a JSON object");
        var state = Text(record, "state");
        if (state is not ("firing" or "resolved")) return null;
        var notice = new AlertNotice
        {
            AlertId = Text(record, "alert"),
            Kind = Text(record, "kind"),
            Entity = Text(record, "entity"),
            Rule = Text(record, "rule"),
            IsFiring = state == "firing",
            Time = Property(record, "time", JsonValueKind.Number)?.TryGetInt64(out var time) == true
                ? time
                : throw new FormatException("no property 'time' with milliseconds"),
            Message = Property(record, "message", JsonValueKind.String)?.GetString() ?? "",
            Value = Property(record, "value", JsonValueKind.Number)?.GetDouble() ?? double.NaN,
        };
        return Property(record, "labels", JsonValueKind.Object) is { } labels ? notice with { Labels = Labels(labels) } : notice;
    }

    private static string Text(JsonElement record, string name) =>
        Property(record, name, JsonValueKind.String)?.GetString() is { Length: > 0 } text
            ? text
            : throw new FormatException($"no property '{name}' with a text");

    private static JsonElement? Property(JsonElement record, string name, JsonValueKind kind) =>
        !record.TryGetProperty(name, out var value) ? null
        : value.ValueKind == kind ? value
        : throw new FormatException($"'{name}' is {value.ValueKind}, expected {kind}");

    private static ImmutableSortedDictionary<string, string> Labels(JsonElement labels) => AlertChange.NoLabels.SetItems(
        labels.EnumerateObject().Select(label => KeyValuePair.Create(
            label.Name,
            label.Value.ValueKind == JsonValueKind.String
                ? label.Value.GetString()!
                : throw new FormatException($"label '{label.Name}' is no text"))));
}
