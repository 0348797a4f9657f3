using System.Buffers.Binary;
using System.Text;

namespace HBase.GrainStorage.Rows;

/// <summary>
/// Blocks of history as cells of an hour's row. Family: <c>h</c> events, <c>a</c> alert changes. Qualifier: first time
/// (8 bytes) · source (UTF-8, escaped as in <see cref="EntityRows"/>) · 0 · first offset (8 bytes); numbers big-endian
/// with the sign bit flipped, so a row's cells lie in the order of first time, source, offset. The source stands there
/// in full, and not as a hash, because a reader wants it back and because two sources must never share a cell.
/// </summary>
internal static class HistoryRows
{
    public static ReadOnlyMemory<byte> Family(HistoryKind kind) => kind switch
    {
        HistoryKind.Events => Columns.Events,
        HistoryKind.Alerts => Columns.Alerts,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of history."),
    };

    /// <summary>One put for each hour that the blocks begin in.</summary>
    /// <param name="timestamp">The time stamp of every cell: the version of the state that goes with them.</param>
    public static IReadOnlyList<Put> Puts(
        ReadOnlySpan<byte> stateRow, IReadOnlyList<HistoryBlock> blocks, long timestamp)
    {
        if (blocks.Count == 0) return [];
        var puts = new List<Put>(1);
        var hours = new List<long>(1);
        foreach (var block in blocks)
        {
            var index = hours.IndexOf(EntityRows.Hour(block.FirstTime));
            if (index < 0)
            {
                index = puts.Count;
                hours.Add(EntityRows.Hour(block.FirstTime));
                puts.Add(new Put(EntityRows.History(stateRow, block.FirstTime)));
            }

            puts[index].Add(Family(block.Kind),
                Qualifier(block.FirstTime, block.Source, block.FirstOffset), block.Content, timestamp);
        }

        return puts;
    }

    /// <summary>The rows that can hold blocks of [from, to).</summary>
    public static Scan Scan(ReadOnlySpan<byte> stateRow, HistoryKind kind, long from, long to) =>
        Client.Scan.Prefix(EntityRows.History(stateRow, to - 1)) with
        {
            StartRow = EntityRows.History(stateRow, from),
            Columns = [new Column(Family(kind))],
            Caching = 32,
        };

    /// <exception cref="FormatException">The cell is not one of history.</exception>
    public static HistoryBlock Decode(HistoryKind kind, Cell cell)
    {
        var qualifier = cell.Qualifier.Span;
        var end = qualifier.Length - sizeof(long) - 1;
        if (end < sizeof(long) || qualifier[end] != 0)
            throw new FormatException("A qualifier of history is malformed.");
        var source = Encoding.UTF8.GetString(EntityRows.Decode(qualifier[sizeof(long)..end]));
        return new(kind, FirstTime(qualifier), source, ReadOrdered(qualifier[(end + 1)..]), cell.Value);
    }

    public static long FirstTime(ReadOnlySpan<byte> qualifier) => ReadOrdered(qualifier);

    internal static byte[] Qualifier(long firstTime, string source, long firstOffset)
    {
        var text = Encoding.UTF8.GetBytes(source);
        var qualifier = new byte[sizeof(long) + EntityRows.EncodedLength(text) + 1 + sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(qualifier, firstTime ^ long.MinValue);
        EntityRows.Encode(text, qualifier.AsSpan(sizeof(long)));
        BinaryPrimitives.WriteInt64BigEndian(
            qualifier.AsSpan(qualifier.Length - sizeof(long)), firstOffset ^ long.MinValue);
        return qualifier;
    }

    private static long ReadOrdered(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadInt64BigEndian(bytes) ^ long.MinValue;
}
