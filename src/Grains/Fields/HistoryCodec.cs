namespace Grains.Fields;

/// <summary>
/// Gathers the content of one history block: events as they came, or alert changes as they were sent. Written as it grows:
/// a version byte, then for each entry the differences of time and offset to the one before, the length, and the bytes.
/// </summary>
internal sealed class HistoryWriter
{
    public int Count { get; private set; }

    /// <summary>The earliest time in it.</summary>
    public long FirstTime { get; private set; }

    /// <summary>The first offset in it.</summary>
    public long FirstOffset { get; private set; }

    /// <summary>The content's bytes so far.</summary>
    public int Length { get; private set; }

    public void Append(long time, long offset, ReadOnlySpan<byte> content) => throw new NotImplementedException();

    /// <summary>The block's content; the writer is empty afterwards and may be used again.</summary>
    public ReadOnlyMemory<byte> Take() => throw new NotImplementedException();
}

/// <summary>One event or alert change of a history block.</summary>
internal readonly record struct HistoryEntry(long Time, long Offset, ReadOnlyMemory<byte> Content);

/// <summary>Reads history blocks.</summary>
internal static class HistoryReader
{
    /// <summary>The entries of a block's content, in the order in which they were written.</summary>
    /// <exception cref="InvalidDataException">While enumerating: the bytes are no block, or of a later version.</exception>
    public static IEnumerable<HistoryEntry> Read(ReadOnlyMemory<byte> content) => throw new NotImplementedException();
}
