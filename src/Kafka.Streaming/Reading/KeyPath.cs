using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Checkpointing;

namespace Kafka.Streaming.Reading;

/// <summary>Takes an entity's key out of a JSON value: a dotted path to a text or a number.</summary>
internal sealed class KeyPath(string path)
{
    private readonly JsonPath _path = new(path);

    /// <returns>Why there is no key; null when there is one. It is a slice of the value unless its text is escaped.</returns>
    public string? Find(ReadOnlyMemory<byte> value, out ReadOnlyMemory<byte> key)
    {
        key = default;
        if (value.IsEmpty)
            return $"The record has no value, so no key at '{path}'.";
        try
        {
            var reader = new Utf8JsonReader(value.Span);
            if (!_path.TryMoveTo(ref reader))
                return $"The record's JSON has nothing at '{path}'.";
            var found = KeyAt(ref reader, value);
            if (found.IsEmpty)
                return $"The record's JSON has no text or number at '{path}'.";
            if (!Utf8.IsValid(found.Span))
                return $"The text at '{path}' of the record's JSON is not UTF-8.";
            key = found;
            return null;
        }
        catch (JsonException problem)
        {
            return $"The record's value is not JSON: {problem.Message}";
        }
        catch (InvalidOperationException problem)
        {
            return $"The record's JSON holds a broken text: {problem.Message}";
        }
    }

    private static ReadOnlyMemory<byte> KeyAt(ref Utf8JsonReader reader, ReadOnlyMemory<byte> value)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
            return default;
        if (reader.ValueIsEscaped)
            return Encoding.UTF8.GetBytes(reader.GetString()!);
        // A text's token starts at its quote.
        var start = (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0);
        return value.Slice(start, reader.ValueSpan.Length);
    }
}
