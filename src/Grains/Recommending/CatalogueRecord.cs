using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Recommendations;
using Recommendations.Methods;

namespace Grains.Recommending;

/// <summary>
/// A record of the catalogue: <c>{item?, category?, available?, added?, …}</c>. All else are attributes: text, number, true or
/// false; what is nested is left out.
/// </summary>
public static class CatalogueRecord
{
    /// <param name="key">The item, if the record has a key; else <c>item</c> in the value names it.</param>
    /// <param name="timestamp">Unix milliseconds: when an item was added that does not say so and is not known.</param>
    public static bool TryRead(
        string? key, ReadOnlyMemory<byte> value, long timestamp, ICatalogue known, [NotNullWhen(true)] out CatalogueItem? entry, out string problem)
    {
        (entry, problem) = (null, "");
        try
        {
            using var document = JsonDocument.Parse(value);
            entry = Read(key, document.RootElement, timestamp, known);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            problem = e.Message;
        }

        return entry is not null;
    }

    private static CatalogueItem Read(string? key, JsonElement json, long timestamp, ICatalogue known)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException($"it is {json.ValueKind}, an object was expected");
        var (item, category, available, added) = (key, "", true, default(long?));
        var attributes = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            var value = property.Value;
            if (value.ValueKind == JsonValueKind.Null) continue;
            switch (property.Name)
            {
                case "item":
                    item ??= value.GetString();
                    break;
                case "category":
                    category = value.GetString()!;
                    break;
                case "available":
                    available = value.GetBoolean();
                    break;
                case "added":
                    added = value.ValueKind == JsonValueKind.Number ? value.GetInt64() : value.GetDateTimeOffset().ToUnixTimeMilliseconds();
                    break;
                default:
                    if (Attribute(value) is { } attribute) attributes[property.Name] = attribute;
                    break;
            }
        }

        if (item is not { Length: > 0 and <= Interaction.MaxIdLength })
            throw new FormatException($"an item's id has 1 to {Interaction.MaxIdLength} characters");
        return new(item, category, added ?? known.Find(item)?.Added ?? timestamp, available) { Attributes = attributes };
    }

    private static object? Attribute(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
