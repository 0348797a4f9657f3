using Rules.Codec;

namespace Grains.Fields;

/// <summary>One event or alert change of a history block.</summary>
internal readonly record struct HistoryEntry(long Time, long Offset, ReadOnlyMemory<byte> Content);

/// <summary>Reads what <see cref="HistoryWriter"/> wrote.</summary>
internal static class HistoryReader
{
    /// <summary>The entries of a block's content, in the order in which they were written.</summary>
    /// <exception cref="InvalidDataException">While enumerating: the bytes are no block, or of a later
    /// version.</exception>
    public static IEnumerable<HistoryEntry> Read(ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty)
            yield break;
        if (content.Span[0] != HistoryWriter.Version)
            throw new InvalidDataException(
                $"The history block has version {content.Span[0]}; this program reads {HistoryWriter.Version}.");
        var position = 1;
        var last = default(HistoryEntry);
        while (position < content.Length)
        {
            last = Next(content, ref position, last);
            yield return last;
        }
    }

    private static HistoryEntry Next(ReadOnlyMemory<byte> content, ref int position, HistoryEntry last)
    {
        var reader = new ByteReader(content.Span[position..]);
        var time = unchecked(last.Time + reader.Signed());
        var offset = unchecked(last.Offset + reader.Signed());
        var length = reader.Bytes().Length;
        position += reader.Position;
        return new HistoryEntry(time, offset, content.Slice(position - length, length));
    }
}
