using System.Buffers.Binary;
using HBase.Client;

namespace HBaseFaults.Model;

/// <summary>What one row must hold. Only one writer, who owns the row, uses it.</summary>
internal sealed class RowModel(byte[] key)
{
    private const int ValueBytes = 100;

    public static readonly byte[] Family = "d"u8.ToArray();
    public static readonly byte[] PutColumn = "put"u8.ToArray();
    public static readonly byte[] StampedColumn = "stamped"u8.ToArray();
    public static readonly byte[] CommitColumn = "commit"u8.ToArray();
    public static readonly byte[] CountColumn = "count"u8.ToArray();
    public static readonly byte[] AppendColumn = "append"u8.ToArray();

    public byte[] Key => key;

    /// <summary>Put, and deleted, with timestamps.</summary>
    public VersionedCell Puts { get; } = new();

    /// <summary>Put with the server's time.</summary>
    public StampedCell Stamped { get; } = new();

    /// <summary>Changed on the condition that it is as it was.</summary>
    public VersionedCell Commits { get; } = new();

    /// <summary>Whether the first commit is stamped far ahead of every clock, and those after it by the server.</summary>
    public bool IsAhead { get; init; }

    public CountedCell Count { get; } = new();

    public AppendedCell Appends { get; } = new();

    /// <summary>The value of a change: nothing else has it.</summary>
    public byte[] Value(long change)
    {
        var value = new byte[ValueBytes];
        BinaryPrimitives.WriteInt64BigEndian(value, change);
        for (var i = sizeof(long); i < ValueBytes; i++) value[i] = (byte)(key[i % key.Length] + change);
        return value;
    }

    /// <summary>Judges each column of the row as it was read; null: there is none.</summary>
    public IEnumerable<(Verdict Verdict, string What)> See(Row? row)
    {
        var cells = row?.Cells ?? [];
        if (row is not null && !row.Key.Span.SequenceEqual(key)) yield return (Verdict.Wrong, "another row came");
        yield return (Puts.See(Change(row, PutColumn)), "put");
        yield return (Commits.See(Change(row, CommitColumn)), "commit");
        yield return (Stamped.See(Change(row, StampedColumn) ?? 0), "stamped");
        yield return (Count.See(Number(row)), "count");
        yield return (Appends.See(row?.Value(Family, AppendColumn) is { } bytes ? bytes.Span : []), "append");
        byte[][] columns = [PutColumn, CommitColumn, StampedColumn, CountColumn, AppendColumn];
        var known = columns.Count(column => row?.Value(Family, column) is not null);
        if (cells.Count != known) yield return (Verdict.Wrong, "there are cells that nobody wrote");
    }

    /// <summary>The number that a row's count has; 0: there is none.</summary>
    public static long Number(Row? row) =>
        row?.Value(Family, CountColumn) is { } count ? BinaryPrimitives.ReadInt64BigEndian(count.Span) : 0;

    // A value that is no change's counts as a change that never was.
    private long? Change(Row? row, byte[] column)
    {
        if (row?.Value(Family, column) is not { } value) return null;
        if (value.Length != ValueBytes) return long.MaxValue;
        var change = BinaryPrimitives.ReadInt64BigEndian(value.Span);
        return value.Span.SequenceEqual(Value(change)) ? change : long.MaxValue;
    }
}
