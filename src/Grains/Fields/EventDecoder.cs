using System.Numerics;
using System.Text.Json;
using System.Text.Unicode;
using Grains.Kinds;

namespace Grains.Fields;

/// <summary>
/// Decodes a kind's events from JSON in one pass, without a string or an object for an event. Of a property that comes
/// twice the last one counts. Safe from any thread; the <see cref="DecodedEvent"/> is not.
/// </summary>
internal sealed class EventDecoder
{
    /// <summary>How deep objects and arrays may nest.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth + 1 };

    private readonly FieldTable _fields;
    private readonly PathNode _root = new("");
    private readonly TimeUnit _timeUnit;
    private readonly bool _timeIsInEvent;
    private readonly ulong _required;
    private readonly int _copies;

    public EventDecoder(FieldTable fields, KindOptions options)
    {
        _fields = fields;
        _timeUnit = options.TimeUnit;
        foreach (var field in fields.Fields)
        {
            _root.At(field.Path).Fields.Add(field);
            if (field.Required)
                _required |= 1UL << field.Ordinal;
        }

        foreach (var (_, path) in options.AlertFields.OrderBy(f => f.Key, StringComparer.Ordinal))
            _root.At(path).Copies.Add(_copies++);
        if (options.TimePath is { } timePath)
        {
            _root.At(timePath).IsTime = true;
            _timeIsInEvent = true;
        }
    }

    /// <summary>An event to decode into, again and again.</summary>
    public DecodedEvent NewEvent() => new(_fields.Fields.Length, _copies);

    /// <summary>Decodes one record's value.</summary>
    /// <param name="json">The value as it came.</param>
    /// <param name="recordTimestamp">The time of an event that does not hold its own, milliseconds since the Unix
    /// epoch.</param>
    /// <param name="into">What <see cref="NewEvent"/> made; of no use when the answer is false.</param>
    /// <param name="reason">Why the record is no event of this kind; empty when it is one.</param>
    public bool TryDecode(ReadOnlySpan<byte> json, long recordTimestamp, DecodedEvent into, out string reason)
    {
        into.Clear();
        into.Time = _timeIsInEvent ? long.MinValue : recordTimestamp;
        if (json.IsEmpty)
        {
            reason = "the record has no value";
            return false;
        }

        if (!Utf8.IsValid(json))
        {
            reason = $"invalid UTF-8 at byte {JsonPosition.FirstInvalidUtf8(json)}";
            return false;
        }

        var reader = new Utf8JsonReader(json, Options);
        string? problem;
        try
        {
            problem = ReadRoot(json, ref reader, into);
        }
        catch (JsonException e)
        {
            problem = $"not JSON at byte {JsonPosition.Of(e, json)}";
        }
        catch (InvalidOperationException)
        {
            problem = $"invalid text at byte {reader.TokenStartIndex}: an escaped surrogate has no partner";
        }

        reason = problem ?? Missing(into) ?? "";
        return reason.Length == 0;
    }

    private string? ReadRoot(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, DecodedEvent into)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return $"expected an object, got {JsonPosition.Name(reader.TokenType)}";
        if (ReadObject(json, ref reader, _root, into) is { } problem)
            return problem;
        var rest = json[(int)reader.BytesConsumed..];
        var trailing = rest.IndexOfAnyExcept(" \t\r\n"u8);
        return trailing < 0 ? null : $"trailing data at byte {reader.BytesConsumed + trailing}";
    }

    private string? ReadObject(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, PathNode node, DecodedEvent into)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var child = reader.ValueIsEscaped ? node.Find(ref reader) : node.Find(reader.ValueSpan);
            reader.Read();
            var problem = child is null ? Skip(ref reader) : ReadValue(json, ref reader, child, into);
            if (problem is not null)
                return problem;
        }

        return null;
    }

    private string? ReadValue(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, PathNode node, DecodedEvent into)
    {
        foreach (var field in node.Fields)
            if (SetField(ref reader, field, into) is { } problem)
                return problem;
        if (node.IsTime && SetTime(ref reader, node, into) is { } badTime)
            return badTime;
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            if (reader.CurrentDepth >= MaxDepth)
                return TooDeep(ref reader);
            var problem = node.HasChildren && reader.TokenType == JsonTokenType.StartObject
                ? ReadObject(json, ref reader, node, into)
                : Skip(ref reader);
            if (problem is not null)
                return problem;
        }

        foreach (var copy in node.Copies)
            into.SetCopy(copy, json[start..(int)reader.BytesConsumed]);
        return null;
    }

    private static string? Skip(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return null;
        var depth = reader.CurrentDepth;
        do
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
                && reader.CurrentDepth >= MaxDepth)
                return TooDeep(ref reader);
        }
        while (reader.Read() && reader.CurrentDepth > depth);
        return null;
    }

    private static string? SetField(ref Utf8JsonReader reader, Field field, DecodedEvent into)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            into.Unset(field.Ordinal);
            return null;
        }

        switch (field.Type, reader.TokenType)
        {
            case (FieldType.Number, JsonTokenType.Number):
                if (!reader.TryGetDouble(out var number) || !double.IsFinite(number))
                    return $"field {Describe(field)}: the number overflows";
                into.Set(field.Ordinal, number);
                return null;
            case (FieldType.Boolean, JsonTokenType.True or JsonTokenType.False):
                into.Set(field.Ordinal, reader.TokenType == JsonTokenType.True ? 1 : 0);
                return null;
            case (FieldType.Text, JsonTokenType.String):
                into.CommitText(field.Ordinal, reader.CopyString(into.Reserve(reader.ValueSpan.Length)));
                return null;
            default:
                return $"field {Describe(field)}: expected {JsonPosition.Name(field.Type)}, "
                    + $"got {JsonPosition.Name(reader.TokenType)}";
        }
    }

    private string? SetTime(ref Utf8JsonReader reader, PathNode node, DecodedEvent into)
    {
        if (EventTime.TryRead(ref reader, _timeUnit, out var time))
        {
            into.Time = time;
            return null;
        }

        return reader.TokenType is JsonTokenType.Number or JsonTokenType.String
            ? $"time {node.Path}: neither a number of {EventTime.Name(_timeUnit)} in the years 1 to 9999 nor ISO 8601"
            : $"time {node.Path}: expected number or text, got {JsonPosition.Name(reader.TokenType)}";
    }

    private string? Missing(DecodedEvent into)
    {
        var missing = _required & ~into.Present;
        if (missing != 0)
            return $"missing required field {Describe(_fields.Fields[BitOperations.TrailingZeroCount(missing)])}";
        return into.Time == long.MinValue ? "missing time" : null;
    }

    private static string TooDeep(ref Utf8JsonReader reader) =>
        $"nested deeper than {MaxDepth} at byte {reader.TokenStartIndex}";

    private static string Describe(Field field) =>
        field.Path == field.Name ? field.Name : $"{field.Name} ({field.Path})";
}
