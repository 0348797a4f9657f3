using System.Buffers;
using Rules.Codec;

namespace Grains.Fields;

/// <summary>
/// Gathers the content of one history block: events as they came, or alert changes as they were sent. Written as it
/// grows: a version byte, then for each entry the differences of time and offset to the one before, the length, and the
/// bytes.
/// </summary>
internal sealed class HistoryWriter
{
    internal const byte Version = 1;

    private ArrayBufferWriter<byte>? _content;
    private long _lastTime;
    private long _lastOffset;

    public int Count { get; private set; }

    /// <summary>The earliest time in it.</summary>
    public long FirstTime { get; private set; }

    /// <summary>The first offset in it.</summary>
    public long FirstOffset { get; private set; }

    /// <summary>The content's bytes so far.</summary>
    public int Length => _content?.WrittenCount ?? 0;

    /// <summary>The content so far, until more is appended.</summary>
    public ReadOnlyMemory<byte> Written => _content?.WrittenMemory ?? default;

    public void Append(long time, long offset, ReadOnlySpan<byte> content)
    {
        _content ??= new ArrayBufferWriter<byte>(content.Length + 32);
        var writer = new ByteWriter(_content);
        if (Count++ == 0)
        {
            writer.Byte(Version);
            FirstTime = time;
            FirstOffset = offset;
        }

        FirstTime = Math.Min(FirstTime, time);
        writer.Signed(unchecked(time - _lastTime));
        writer.Signed(unchecked(offset - _lastOffset));
        writer.Bytes(content);
        writer.Flush();
        (_lastTime, _lastOffset) = (time, offset);
    }

    /// <summary>
    /// The block's content; the writer is empty afterwards and may be used again. It keeps no memory while empty.
    /// </summary>
    public ReadOnlyMemory<byte> Take()
    {
        var content = _content?.WrittenMemory ?? default;
        _content = null;
        Count = 0;
        (FirstTime, FirstOffset, _lastTime, _lastOffset) = (0, 0, 0, 0);
        return content;
    }
}
