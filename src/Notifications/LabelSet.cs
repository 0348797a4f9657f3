using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rules.Alerts;
using Rules.Language;

namespace Notifications;

/// <summary>Labels and annotations: texts by name, in ordinal order.</summary>
internal static class LabelSet
{
    public static readonly Labels Empty = AlertChange.NoLabels;

    /// <summary>A missing label is an empty one.</summary>
    public static string Value(Labels labels, string name) => labels.GetValueOrDefault(name, "");

    /// <summary><c>{a="1", b="2"}</c></summary>
    public static string Text(Labels labels) =>
        $"{{{string.Join(", ", labels.Select(l => $"{l.Key}={Quoted.Write(l.Value, '"')}"))}}}";

    /// <summary>16 hexadecimal digits.</summary>
    public static string Fingerprint(Labels labels) =>
        XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(Text(labels))).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The labels that all have with the same value.</summary>
    public static Labels Common(IReadOnlyList<Labels> all) =>
        all.Count == 0
            ? Empty
            : all.Skip(1).Aggregate(all[0], (common, next) =>
                common.RemoveRange(common.Where(l => !next.Contains(l)).Select(l => l.Key)));

    /// <summary>Keeps the order when labels are read.</summary>
    public sealed class Converter : JsonConverter<Labels>
    {
        public override Labels Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Empty.AddRange(JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader)!);

        public override void Write(Utf8JsonWriter writer, Labels value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (name, text) in value)
                writer.WriteString(name, text);
            writer.WriteEndObject();
        }
    }
}
