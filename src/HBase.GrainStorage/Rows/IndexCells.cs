using System.Buffers.Binary;
using System.Text;
using HBase.Client.Filters;

namespace HBase.GrainStorage.Rows;

/// <summary>
/// Cells of the state row by which an entity is found without being asked. Family <c>i</c>; qualifiers: <c>e</c> and the
/// source's name, when its next timer of event time is due; <c>w</c> and the source's name, of the wall clock (8 bytes,
/// big-endian, never negative, so they compare as bytes do); <c>a</c>, its active alerts, empty when there is none.
/// </summary>
internal static class IndexCells
{
    private const byte EventTime = (byte)'e';
    private const byte WallClock = (byte)'w';
    private static readonly ReadOnlyMemory<byte> Alerts = "a"u8.ToArray();

    public static void Add(Put put, EntityIndex index, long timestamp)
    {
        put.Add(Columns.Index, Alerts, index.Alerts, timestamp);
        if (index.Due is not { } due) return;
        put.Add(Columns.Index, Qualifier(EventTime, index.Source), Time(due.EventTime), timestamp)
            .Add(Columns.Index, Qualifier(WallClock, index.Source), Time(due.WallClock), timestamp);
    }

    /// <summary>Cells of due times that are not later, of those sources only; the servers look through them.</summary>
    public static Scan Due(IReadOnlyDictionary<string, DueTimes> until) => new()
    {
        Columns = [.. until.Keys.SelectMany(source => (Column[])
            [new(Columns.Index, Qualifier(EventTime, source)), new(Columns.Index, Qualifier(WallClock, source))])],
        Filter = Filter.Any([.. until.SelectMany(source => (Filter[])
            [IsBy(Qualifier(EventTime, source.Key), source.Value.EventTime), IsBy(Qualifier(WallClock, source.Key), source.Value.WallClock)])]),
    };

    /// <summary>Rows of entities that have active alerts, with all their cells of this family.</summary>
    public static Scan WithAlerts(ReadOnlyMemory<byte> from) => new()
    {
        StartRow = from,
        Columns = [new(Columns.Index)],
        Filter = Filter.SingleColumnValue(Columns.Index, Alerts, CompareOperator.NotEqual, default(ReadOnlyMemory<byte>), filterIfMissing: true),
        Caching = 100,
    };

    public static ReadOnlyMemory<byte> AlertsOf(Row row) => row.Cells.First(cell => cell.Qualifier.Span.SequenceEqual(Alerts.Span)).Value;

    /// <summary>The sources whose due times a row has.</summary>
    public static IReadOnlyList<string> Sources(Row row) =>
        [.. row.Cells.Where(cell => cell.Qualifier.Span[0] is EventTime or WallClock).Select(cell => Decode(cell).Source).Distinct()];

    /// <summary>A due cell.</summary>
    public static (string Source, DueTimes Due) Decode(Cell cell)
    {
        var qualifier = cell.Qualifier.Span;
        var time = BinaryPrimitives.ReadInt64BigEndian(cell.Value.Span);
        var due = qualifier[0] == EventTime ? DueTimes.None with { EventTime = time } : DueTimes.None with { WallClock = time };
        return (Encoding.UTF8.GetString(qualifier[1..]), due);
    }

    private static Filter IsBy(ReadOnlyMemory<byte> qualifier, long time) => Filter.All(
        Filter.Qualifier(CompareOperator.Equal, Comparator.Binary(qualifier)),
        Filter.Value(CompareOperator.LessOrEqual, Comparator.Binary(Time(time))));

    private static byte[] Qualifier(byte kind, string source) => [kind, .. Encoding.UTF8.GetBytes(source)];

    private static byte[] Time(long time)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, time));
        return bytes;
    }
}
