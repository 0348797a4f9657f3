using System.Text;
using System.Text.Json;

namespace Checkpointing;

/// <summary>A dotted path into a JSON value, through objects only.</summary>
public sealed class JsonPath(string path)
{
    private readonly byte[][] _names = [.. path.Split('.').Select(Encoding.UTF8.GetBytes)];

    /// <summary>Moves a reader that has read nothing to the value at the path; false when there is none.</summary>
    /// <exception cref="JsonException">The value is not JSON.</exception>
    /// <exception cref="InvalidOperationException">The JSON holds a broken text.</exception>
    public bool TryMoveTo(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) return false;
        foreach (var name in _names)
        {
            if (reader.TokenType != JsonTokenType.StartObject || !TryMoveToProperty(ref reader, name)) return false;
        }

        return true;
    }

    private static bool TryMoveToProperty(ref Utf8JsonReader reader, byte[] name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found) return true;
            reader.Skip();
        }

        return false;
    }
}
