using System.Text.Json;
using Checkpointing;
using Grains.Kinds;

namespace Grains.Fields;

/// <summary>Finds an event's time without decoding the rest of it.</summary>
internal sealed class EventTimeFinder(KindOptions options)
{
    private readonly JsonPath? _path = options.TimePath is { } path ? new(path) : null;

    /// <returns>Milliseconds since the Unix epoch; 0 when there is none.</returns>
    public long Find(ReadOnlyMemory<byte> value, long timestamp)
    {
        if (_path is null) return timestamp;
        try
        {
            var reader = new Utf8JsonReader(value.Span);
            return _path.TryMoveTo(ref reader) && EventTime.TryRead(ref reader, options.TimeUnit, out var time) ? Math.Max(0, time) : 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Broken JSON or a broken text in it: the event's own decoding says so.
            return 0;
        }
    }
}
