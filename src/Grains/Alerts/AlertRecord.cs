using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Grains.Fields;
using Grains.Kinds;
using Rules.Alerts;

namespace Grains.Alerts;

/// <summary>
/// An alert change as JSON, for the alerts topic and the history. The same change gives the same bytes.
/// </summary>
internal static class AlertRecord
{
    /// <summary>
    /// The properties that are always there, so no field of the event may be copied under their names.
    /// </summary>
    public static readonly IReadOnlyList<string> Properties =
        ["id", "alert", "entity", "kind", "rule", "state", "time", "value", "labels", "message", "causes", "version"];

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_bytes;
    [ThreadStatic]
    private static Utf8JsonWriter? t_json;

    /// <summary>What tells the alerts of an entity apart: the same for firing and resolved.</summary>
    public static string AlertId(string kind, string entity, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}/{entity}#{number}");

    /// <summary>
    /// What tells the changes of an entity's alerts apart. It does not say what has caused it: whether the next record comes
    /// first, or the time that would have passed before it, the same has happened.
    /// </summary>
    public static string ChangeId(string kind, string entity, AlertChange change) =>
        $"{AlertId(kind, entity, change.Number)}/{(change.Phase == AlertPhase.Escalated ? "escalated" : Encoding.UTF8.GetString(State(change)))}";

    /// <summary>The record of a change.</summary>
    /// <param name="id">The output's id, derived from what caused it.</param>
    /// <param name="entity">The entity's key.</param>
    /// <param name="e">The event that caused the change; null: time has.</param>
    public static byte[] Encode(EntityKind kind, string id, string entity, AlertChange change, DecodedEvent? e)
    {
        var json = Begin();
        if (kind.Options.AlertFormat == AlertFormat.Full)
            WriteFull(json, kind, id, entity, change, e);
        else
            WriteCompact(json, kind, entity, change, e);
        return End(json);
    }

    /// <summary>For the history: what someone has done about an alert.</summary>
    /// <param name="what"><c>acknowledged</c>, <c>assigned</c> or <c>commented</c>.</param>
    public static byte[] Encode(EntityKind kind, string entity, ActiveAlert alert, long time, string who, string what, string text)
    {
        var json = Begin();
        json.WriteString("alert"u8, AlertId(kind.Name, entity, alert.Number));
        json.WriteString("entity"u8, entity);
        json.WriteString("kind"u8, kind.Name);
        json.WriteString("rule"u8, alert.Rule);
        json.WriteString("state"u8, what);
        json.WriteNumber("time"u8, time);
        json.WriteString("who"u8, who);
        json.WriteString("text"u8, text);
        return End(json);
    }

    private static Utf8JsonWriter Begin()
    {
        var json = t_json ??= new Utf8JsonWriter(t_bytes = new ArrayBufferWriter<byte>(1024), Options);
        t_bytes!.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        return json;
    }

    private static byte[] End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
        return t_bytes!.WrittenSpan.ToArray();
    }

    private static void WriteFull(
        Utf8JsonWriter json, EntityKind kind, string id, string entity, AlertChange change, DecodedEvent? e)
    {
        json.WriteString("id"u8, id);
        json.WriteString("alert"u8, AlertId(kind.Name, entity, change.Number));
        json.WriteString("entity"u8, entity);
        json.WriteString("kind"u8, kind.Name);
        json.WriteString("rule"u8, change.Rule);
        json.WriteString("state"u8, State(change));
        json.WriteNumber("time"u8, change.Time);
        WriteValue(json, change);
        WriteTexts(json, "labels"u8, change.Labels);
        json.WriteString("message"u8, change.Message);
        WriteTexts(json, "causes"u8, change.Causes);
        json.WriteNumber("version"u8, kind.Version);
        WriteCopies(json, kind, e);
    }

    private static void WriteCompact(
        Utf8JsonWriter json, EntityKind kind, string entity, AlertChange change, DecodedEvent? e)
    {
        json.WriteString("entity"u8, entity);
        WriteCopies(json, kind, e);
        WriteValue(json, change);
        json.WriteString("state"u8, State(change));
    }

    private static void WriteValue(Utf8JsonWriter json, AlertChange change)
    {
        if (double.IsFinite(change.Value)) json.WriteNumber("value"u8, change.Value);
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<KeyValuePair<string, string>> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in texts) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> State(AlertChange change) => change.Phase switch
    {
        AlertPhase.Pending => "pending"u8,
        AlertPhase.Firing or AlertPhase.Escalated => "firing"u8,
        AlertPhase.Resolved => "resolved"u8,
        _ => "inactive"u8,
    };

    private static void WriteCopies(Utf8JsonWriter json, EntityKind kind, DecodedEvent? e)
    {
        if (e is null) return;
        for (var i = 0; i < kind.AlertFields.Length; i++)
        {
            var copy = e.Copy(i);
            if (copy.IsEmpty)
                continue;
            json.WritePropertyName(kind.AlertFields[i]);
            if (IsFraction(copy) && TryInteger(copy, out var integer))
                json.WriteNumberValue(integer);
            else
                json.WriteRawValue(copy, skipInputValidation: true);
        }
    }

    private static bool IsFraction(ReadOnlySpan<byte> json) =>
        json[0] is (>= (byte)'0' and <= (byte)'9') or (byte)'-' && json.IndexOfAny(".eE"u8) >= 0;

    private static bool TryInteger(ReadOnlySpan<byte> json, out long integer)
    {
        integer = 0;
        if (!Utf8Parser.TryParse(json, out double number, out var used) || used != json.Length)
            return false;
        const double exact = 1L << 53;
        if (number != Math.Floor(number) || Math.Abs(number) > exact)
            return false;
        integer = (long)number;
        return true;
    }
}
