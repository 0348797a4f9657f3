using System.Buffers.Binary;
using HBase.Client;
using HBase.Client.Filters;

namespace HBase.Embedded.Reading.Filters;

// Filters that choose cells.

internal sealed class KeyOnlyState(bool lengthAsValue) : FilterState
{
    public override Cell Transform(Cell cell)
    {
        if (!lengthAsValue) return cell with { Value = default };
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, cell.Value.Length);
        return cell with { Value = length };
    }
}

internal sealed class FirstKeyOnlyState : FilterState
{
    private bool _found;

    public override bool StartRow(ReadOnlySpan<byte> row)
    {
        _found = false;
        return true;
    }

    public override Verdict Judge(in Cell cell)
    {
        if (_found) return Verdict.SkipFamily;
        _found = true;
        return Verdict.Include;
    }
}

internal sealed class ColumnRangeState(ColumnRangeFilter filter) : FilterState
{
    public override Verdict Judge(in Cell cell)
    {
        var qualifier = cell.Qualifier.Span;
        if (filter.Min is { } min)
        {
            var order = qualifier.SequenceCompareTo(min.Span);
            if (order < 0 || (order == 0 && !filter.MinInclusive)) return Verdict.Skip;
        }

        if (filter.Max is { } max)
        {
            var order = qualifier.SequenceCompareTo(max.Span);
            if (order > 0 || (order == 0 && !filter.MaxInclusive)) return Verdict.SkipFamily;
        }

        return Verdict.Include;
    }
}

internal sealed class ColumnPrefixState(ReadOnlyMemory<byte> prefix) : FilterState
{
    public override Verdict Judge(in Cell cell) =>
        cell.Qualifier.Span.StartsWith(prefix.Span) ? Verdict.Include : Verdict.Skip;
}

internal sealed class ColumnPaginationState(ColumnPaginationFilter filter) : FilterState
{
    private long _columns;

    public override bool StartRow(ReadOnlySpan<byte> row)
    {
        _columns = 0;
        return true;
    }

    public override Verdict Judge(in Cell cell)
    {
        if (_columns >= (long)filter.Offset + filter.Limit) return Verdict.SkipFamily;
        return new Verdict(_columns++ >= filter.Offset, Step.Column);
    }
}

internal sealed class ValueState(ValueFilter filter) : FilterState
{
    private readonly ComparatorState _comparison = new(filter.Operator, filter.Comparator);

    public override Verdict Judge(in Cell cell) => _comparison.Holds(cell.Value.Span) ? Verdict.Include : Verdict.Skip;
}

internal sealed class QualifierState(QualifierFilter filter) : FilterState
{
    private readonly ComparatorState _comparison = new(filter.Operator, filter.Comparator);

    public override Verdict Judge(in Cell cell) => _comparison.Holds(cell.Qualifier.Span) ? Verdict.Include : Verdict.Skip;
}

internal sealed class FamilyNameState(FamilyFilter filter) : FilterState
{
    private readonly ComparatorState _comparison = new(filter.Operator, filter.Comparator);

    public override Verdict Judge(in Cell cell) =>
        _comparison.Holds(cell.Family.Span) ? Verdict.Include : Verdict.SkipFamily;
}
