using System.Buffers;
using System.Text;
using System.Text.Json;
using Grains.Kinds;

namespace Grains.Fields;

/// <summary>Words and places for the reasons why a record is no event.</summary>
internal static class JsonPosition
{
    /// <summary>The byte at which the reader gave up.</summary>
    public static long Of(JsonException e, ReadOnlySpan<byte> json)
    {
        var start = 0;
        for (var line = e.LineNumber ?? 0; line > 0; line--)
            start += json[start..].IndexOf((byte)'\n') + 1;
        return start + (e.BytePositionInLine ?? 0);
    }

    /// <summary>The first byte that begins no valid sequence.</summary>
    public static int FirstInvalidUtf8(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length && Rune.DecodeFromUtf8(text[at..], out _, out var length) == OperationStatus.Done)
            at += length;
        return at;
    }

    public static string Name(FieldType type) => type switch
    {
        FieldType.Number => "number",
        FieldType.Text => "text",
        _ => "true or false",
    };

    public static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };
}
