using System.Buffers;
using Rules.Codec;

namespace Recommendations.Feedback;

/// <summary>
/// A part of the feedback counters: those that a part of the sources tells. Each notice counts once, in whatever order they come
/// and however often, as long as fewer than <paramref name="capacity"/> other sources tell something in between.
/// </summary>
public sealed class FeedbackShard(int capacity)
{
    private const byte Format = 1;

    private NoticeWindows _windows = new(capacity);

    public FeedbackCounters Counters { get; private set; } = new();

    /// <summary>Answers whether it counts: it is new.</summary>
    public bool Apply(FeedbackNotice notice)
    {
        if (!_windows.Take(notice.Source, notice.Number))
            return false;
        foreach (var one in notice.Events)
            Counters.Add(one);
        return true;
    }

    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Format);
        _windows.Write(ref writer);
        writer.Flush();
        Counters.Encode(output);
    }

    /// <exception cref="InvalidDataException">The bytes are not a shard's.</exception>
    public static FeedbackShard Decode(ReadOnlySpan<byte> bytes, int capacity)
    {
        var reader = new ByteReader(bytes);
        StateFormat.Begin(ref reader, Format, "A feedback shard");
        return new(capacity)
        {
            _windows = NoticeWindows.Read(ref reader, capacity),
            Counters = FeedbackCounters.Decode(bytes[reader.Position..]),
        };
    }
}
