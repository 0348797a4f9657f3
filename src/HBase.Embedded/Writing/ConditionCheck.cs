using HBase.Client;
using HBase.Client.Filters;
using HBase.Embedded.Reading;
using HBase.Embedded.Reading.Filters;
using HBase.Embedded.Storage;

namespace HBase.Embedded.Writing;

/// <summary>Whether a row is as a condition wants it, at that moment of the group.</summary>
internal static class ConditionCheck
{
    /// <param name="timestamp">That of the cell which decided; 0 for none.</param>
    public static bool Holds(WriteGroup group, TableInfo table, Condition condition, out long timestamp)
    {
        timestamp = 0;
        if (condition.Filter is not null) return FilterLeaves(group, table, condition, out timestamp);
        var newest = group.Family(table, condition.Row.Span, table.Family(condition.Family.Span)!)
            .Newest(condition.Qualifier.Span, condition.MinTimestamp, condition.MaxTimestamp);
        if (newest is { } cell) timestamp = cell.Timestamp;
        var value = newest.GetValueOrDefault().Value.Span;
        if (condition.Value.IsEmpty) return value.IsEmpty == (condition.Operator == CompareOperator.Equal);
        return newest is not null
            && ComparatorState.Holds(condition.Operator, value.SequenceCompareTo(condition.Value.Span));
    }

    private static bool FilterLeaves(WriteGroup group, TableInfo table, Condition condition, out long timestamp)
    {
        var chooser = new CellChooser(
            maxVersions: 1, condition.MinTimestamp, condition.MaxTimestamp, FilterState.Of(condition.Filter!));
        chooser.StartRow(condition.Row.Span);
        foreach (var family in table.Families.OrderBy(f => f.Name, ByteComparer.Instance))
            group.Family(table, condition.Row.Span, family).Offer(chooser);
        var cells = chooser.EndRow();
        timestamp = cells is null ? 0 : cells[0].Timestamp;
        return cells is not null;
    }
}
