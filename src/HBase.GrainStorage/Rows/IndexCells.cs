using System.Buffers.Binary;
using System.Text;
using HBase.Client.Filters;

namespace HBase.GrainStorage.Rows;

/// <summary>
/// Cells of the state row by which an entity is found without being asked. Family <c>i</c>; qualifiers: <c>e</c> and the
/// source's name, when its next timer of event time is due; <c>w</c> and the source's name, of the wall clock (8 bytes,
/// big-endian, never negative, so they compare as bytes do); <c>a</c>, its active alerts, empty when there is none; <c>v</c>, the
/// version of its rules (likewise 8 bytes) and the source's name.
/// </summary>
internal static class IndexCells
{
    private const byte EventTime = (byte)'e';
    private const byte WallClock = (byte)'w';
    private static readonly ReadOnlyMemory<byte> Alerts = "a"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Version = "v"u8.ToArray();

    public static void Add(Put put, EntityIndex index, long timestamp)
    {
        put.Add(Columns.Index, Alerts, index.Alerts, timestamp);
        if (index.Version > 0)
            put.Add(Columns.Index, Version, (byte[])[.. Number(index.Version), .. Encoding.UTF8.GetBytes(index.Source)], timestamp);
        if (index.Due is not { } due) return;
        put.Add(Columns.Index, Qualifier(EventTime, index.Source), Number(due.EventTime), timestamp)
            .Add(Columns.Index, Qualifier(WallClock, index.Source), Number(due.WallClock), timestamp);
    }

    /// <summary>Cells of due times that are not later, of those sources only; the servers look through them.</summary>
    public static Scan Due(IReadOnlyDictionary<string, DueTimes> until) => new()
    {
        Columns = [.. until.Keys.SelectMany(source => (Column[])
            [new(Columns.Index, Qualifier(EventTime, source)), new(Columns.Index, Qualifier(WallClock, source))])],
        Filter = Filter.Any([.. until.SelectMany(source => (Filter[])
            [IsBy(Qualifier(EventTime, source.Key), source.Value.EventTime), IsBy(Qualifier(WallClock, source.Key), source.Value.WallClock)])]),
    };

    /// <summary>Rows of entities that have active alerts.</summary>
    public static Scan WithAlerts(ReadOnlyMemory<byte> from) => new()
    {
        StartRow = from,
        Columns = [new(Columns.Index, Alerts)],
        Filter = Filter.Value(CompareOperator.NotEqual, Comparator.Binary(default)),
        Caching = 100,
    };

    /// <summary>Rows of entities of an earlier version, with it and their alerts.</summary>
    public static Scan Behind(long version) => new()
    {
        Columns = [new(Columns.Index, Alerts), new(Columns.Index, Version)],
        // Of that version, the value goes on behind the number, and is greater.
        Filter = Filter.SingleColumnValue(Columns.Index, Version, CompareOperator.Less, Number(version), filterIfMissing: true),
        Caching = 1000,
    };

    /// <summary>The alerts of a row with that cell, read by one of these scans.</summary>
    public static ReadOnlyMemory<byte> AlertsOf(Row row) => row.Value(Columns.Index.Span, Alerts.Span) ?? default;

    /// <summary>The source and the version of a row with that cell.</summary>
    public static (string Source, long Version) VersionOf(Row row)
    {
        var value = row.Value(Columns.Index.Span, Version.Span)!.Value.Span;
        return (Encoding.UTF8.GetString(value[sizeof(long)..]), BinaryPrimitives.ReadInt64BigEndian(value));
    }

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
        Filter.Value(CompareOperator.LessOrEqual, Comparator.Binary(Number(time))));

    private static byte[] Qualifier(byte kind, string source) => [kind, .. Encoding.UTF8.GetBytes(source)];

    private static byte[] Number(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, number));
        return bytes;
    }
}
