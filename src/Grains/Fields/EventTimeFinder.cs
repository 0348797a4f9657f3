using System.Text;
using System.Text.Json;
using Grains.Kinds;

namespace Grains.Fields;

/// <summary>Finds an event's time without decoding the rest of it.</summary>
internal sealed class EventTimeFinder(KindOptions options)
{
    private readonly byte[][]? _path = options.TimePath?.Split('.').Select(Encoding.UTF8.GetBytes).ToArray();

    /// <returns>Milliseconds since the Unix epoch; 0 when there is none.</returns>
    public long Find(ReadOnlyMemory<byte> value, long timestamp)
    {
        if (_path is null) return timestamp;
        try
        {
            var reader = new Utf8JsonReader(value.Span);
            return TryMoveTo(ref reader) && EventTime.TryRead(ref reader, options.TimeUnit, out var time) ? Math.Max(0, time) : 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Broken JSON or a broken text in it: the event's own decoding says so.
            return 0;
        }
    }

    private bool TryMoveTo(ref Utf8JsonReader reader)
    {
        reader.Read();
        foreach (var name in _path!)
        {
            if (reader.TokenType != JsonTokenType.StartObject || !TryMoveToProperty(ref reader, name))
                return false;
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
