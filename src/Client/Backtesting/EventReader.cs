using System.Text.Json;
using global::Rules.Engine;
using global::Rules.Language;

namespace Client.Backtesting;

/// <summary>Reads the fields that rules declare from events as JSON. Safe from any thread.</summary>
/// <param name="paths">The path to a field in the event, names with dots between them; a field that is not in here is at its name.</param>
internal sealed class EventReader(IReadOnlyList<RuleField> fields, IReadOnlyDictionary<string, string> paths)
{
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = 128 };

    private readonly (RuleField Field, string[] Path)[] _fields =
        [.. fields.Select(field => (field, paths.GetValueOrDefault(field.Name, field.Name).Split('.')))];

    /// <summary>An event; what is absent, null or of another type than its field is missing.</summary>
    /// <param name="mismatched">How many values are of another type.</param>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public MemoryEvent Read(string json, long time, out int mismatched)
    {
        mismatched = 0;
        using var document = JsonDocument.Parse(json, _options);
        var e = new MemoryEvent(time, _fields.Length);
        foreach (var (field, path) in _fields)
            if (Find(document.RootElement, path) is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } value && !TrySet(e, field, value))
                mismatched++;
        return e;
    }

    private static JsonElement Find(JsonElement element, string[] path)
    {
        foreach (var name in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return default;
        return element;
    }

    private static bool TrySet(MemoryEvent e, RuleField field, JsonElement value)
    {
        switch (field.Type, value.ValueKind)
        {
            case (RuleType.Text, JsonValueKind.String):
                e.SetText(field, value.GetString()!);
                return true;
            case (RuleType.Time, JsonValueKind.String):
                return e.Set(field, value.GetString()!) is null;
            case (RuleType.Number or RuleType.Time, JsonValueKind.Number):
            case (RuleType.Boolean, JsonValueKind.True or JsonValueKind.False):
                return e.Set(field, value.GetRawText()) is null;
            default:
                return false;
        }
    }
}
