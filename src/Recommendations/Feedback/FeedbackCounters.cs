using System.Buffers;
using Rules.Codec;

namespace Recommendations.Feedback;

/// <summary>
/// Counters by variant, method and hour, of the newest <see cref="MaxHours"/> hours. They add up, so any order gives
/// the same; an event older than all of them is left out.
/// </summary>
public sealed class FeedbackCounters
{
    public const int MaxHours = 48;

    private const byte Format = 1;
    private const long Hour = 3_600_000;

    private readonly SortedDictionary<(long Hour, string Variant, string Method), FeedbackCounts> _counts = [];
    private long _newest = long.MinValue / 2; // so that hours can be taken off

    public void Add(in FeedbackEvent what) => Add((what.Time / Hour, what.Variant, what.Method), what.Counts);

    /// <summary>Everything that is counted, and empties the counters.</summary>
    public IReadOnlyList<FeedbackEvent> Take()
    {
        FeedbackEvent[] all = [.. _counts.Select(static entry =>
            new FeedbackEvent(entry.Key.Variant, entry.Key.Method, entry.Key.Hour * Hour, entry.Value))];
        _counts.Clear();
        return all;
    }

    /// <summary>The sums of the last hours, the running one included, by variant and then method.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public IReadOnlyList<(string Variant, string Method, FeedbackCounts Counts)> Sums(int hours, long now) =>
    [
        .. _counts
            .Where(entry => entry.Key.Hour > (now / Hour) - hours && entry.Key.Hour <= now / Hour)
            .AggregateBy(
                static entry => (entry.Key.Variant, entry.Key.Method),
                default(FeedbackCounts),
                static (sum, entry) => sum + entry.Value)
            .OrderBy(static sum => sum.Key.Variant, StringComparer.Ordinal)
            .ThenBy(static sum => sum.Key.Method, StringComparer.Ordinal)
            .Select(static sum => (sum.Key.Variant, sum.Key.Method, sum.Value)),
    ];

    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Format);
        writer.Unsigned((ulong)_counts.Count);
        foreach (var ((hour, variant, method), counts) in _counts)
        {
            writer.Signed(hour);
            writer.Text(variant);
            writer.Text(method);
            counts.Write(ref writer);
        }

        writer.Flush();
    }

    /// <exception cref="InvalidDataException">The bytes are not counters.</exception>
    public static FeedbackCounters Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        StateFormat.Begin(ref reader, Format, "Feedback counters");
        var counters = new FeedbackCounters();
        for (var left = reader.Length(7); left > 0; left--)
        {
            var key = (reader.Signed(), reader.Text(), reader.Text());
            counters.Add(key, FeedbackCounts.Read(ref reader));
        }

        StateFormat.End(reader, "Feedback counters");
        return counters;
    }

    private void Add((long Hour, string Variant, string Method) key, FeedbackCounts counts)
    {
        if (key.Hour <= _newest - MaxHours)
            return;
        if (key.Hour > _newest)
        {
            _newest = key.Hour;
            foreach (var old in _counts.Keys.TakeWhile(known => known.Hour <= _newest - MaxHours).ToList())
                _counts.Remove(old);
        }

        _counts[key] = _counts.GetValueOrDefault(key) + counts;
    }
}
