using HBase.Client;
using HBase.Client.Filters;

namespace HBase.Embedded.Tests;

/// <summary>
/// HBase's semantics in the simplest form: it keeps every put and every delete for ever, and works out at each read
/// what is visible. Nothing of it resembles how the store works.
/// </summary>
internal sealed class HBaseModel(byte[][] families, int[] maxVersions)
{
    private readonly List<(string Row, Cell Cell)> _puts = [];
    private readonly List<(string Row, Column Column, long Timestamp)> _deletes = [];

    public static string Text(ReadOnlyMemory<byte> row, Cell cell) =>
        $"{Hex(row)} {Hex(cell.Family)}:{Hex(cell.Qualifier)}@{cell.Timestamp}={Hex(cell.Value)}";

    public void Apply(Mutation mutation, long putStamp, long now)
    {
        var row = Hex(mutation.Row);
        if (mutation is Put put)
        {
            foreach (var cell in put.Cells) _puts.Add((row, cell with { Timestamp = Stamp(cell.Timestamp, putStamp) }));
            return;
        }

        if (mutation is RowMutations several)
        {
            foreach (var one in several.Mutations) Apply(one, putStamp, now);
            return;
        }

        var columns = ((Delete)mutation).Columns;
        if (columns.Count == 0) columns = [.. families.Select(f => (new Column(f), now))];
        foreach (var (column, timestamp) in columns) _deletes.Add((row, column, Stamp(timestamp, now)));
    }

    public bool Commit(ConditionalCommit commit, long now)
    {
        var condition = commit.Condition;
        var newest = Newest(condition.Row, condition.Family, condition.Qualifier);
        if (!Holds(condition, newest)) return false;
        Apply(commit.Mutation, Math.Max(now, newest?.Timestamp ?? 0), now);
        foreach (var put in commit.Further) Apply(put, now, now);
        return true;
    }

    public void Append(Append append, byte[] family, byte[] qualifier, byte[] value, long now)
    {
        var newest = Newest(append.Row, family, qualifier);
        var all = new Put(append.Row).Add(family, qualifier, (byte[])[.. (newest?.Value ?? default).Span, .. value]);
        var stamp = Math.Max(now, newest?.Timestamp ?? 0);
        Apply(all, stamp, stamp);
    }

    public Cell? Newest(ReadOnlyMemory<byte> row, ReadOnlyMemory<byte> family, ReadOnlyMemory<byte> qualifier)
    {
        foreach (var cell in Visible(row, 1))
            if (cell.Family.Span.SequenceEqual(family.Span) && cell.Qualifier.Span.SequenceEqual(qualifier.Span))
                return cell;

        return null;
    }

    public IEnumerable<string> Read(ReadOnlyMemory<byte> row, int versions) =>
        Visible(row, versions).Select(c => Text(row, c));

    private static bool Holds(Condition condition, Cell? newest)
    {
        if (condition.Value.IsEmpty)
            return newest is not { Value.IsEmpty: false } == (condition.Operator == CompareOperator.Equal);
        if (newest is not { } cell) return false;
        var order = cell.Value.Span.SequenceCompareTo(condition.Value.Span);
        return condition.Operator switch
        {
            CompareOperator.Less => order < 0,
            CompareOperator.Greater => order > 0,
            CompareOperator.NotEqual => order != 0,
            _ => order == 0,
        };
    }

    private List<Cell> Visible(ReadOnlyMemory<byte> row, int versions)
    {
        var key = Hex(row);
        var columns = _puts.Where(p => p.Row == key).Select(p => p.Cell)
            .GroupBy(c => (Family: Hex(c.Family), Qualifier: Hex(c.Qualifier)))
            .OrderBy(g => g.Key.Family, StringComparer.Ordinal).ThenBy(g => g.Key.Qualifier, StringComparer.Ordinal);
        var visible = new List<Cell>();
        foreach (var column in columns)
        {
            var kept = maxVersions[Array.FindIndex(families, f => Convert.ToHexString(f) == column.Key.Family)];
            visible.AddRange(column
                .GroupBy(c => c.Timestamp).OrderByDescending(g => g.Key).Select(g => g.Last())
                .Where(c => !_deletes.Any(d => d.Row == key && Masks(d.Column, d.Timestamp, c)))
                .Take(Math.Min(versions, kept)));
        }

        return visible;
    }

    private static bool Masks(Column column, long timestamp, Cell cell) =>
        cell.Timestamp <= timestamp && column.Family.Span.SequenceEqual(cell.Family.Span)
        && (column.Qualifier is not { } qualifier || qualifier.Span.SequenceEqual(cell.Qualifier.Span));

    private static long Stamp(long timestamp, long now) => timestamp == Mutation.LatestTimestamp ? now : timestamp;

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);
}
