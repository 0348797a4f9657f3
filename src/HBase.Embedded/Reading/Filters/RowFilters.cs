using HBase.Client;
using HBase.Client.Filters;

namespace HBase.Embedded.Reading.Filters;

// Filters that choose rows. In a list a row may be read although its key does not please one of them: then they leave out its
// cells.

internal sealed class PrefixState(PrefixFilter filter, bool reversed) : FilterState
{
    private bool _matches;
    private bool _hasPassed;

    public override bool IsDone => _hasPassed;

    public override bool StartRow(ReadOnlySpan<byte> row)
    {
        var prefix = filter.Bytes.Span;
        var order = row[..Math.Min(row.Length, prefix.Length)].SequenceCompareTo(prefix);
        _hasPassed |= reversed ? order < 0 : order > 0;
        return _matches = order == 0;
    }

    public override Verdict Judge(in Cell cell) => _matches ? Verdict.Include : Verdict.SkipFamily;
}

internal sealed class PageState(long rows) : FilterState
{
    private long _passed;

    public override bool IsDone => _passed >= rows;

    public override bool EndRow() => ++_passed <= rows;
}

internal sealed class RowState(RowFilter filter) : FilterState
{
    private readonly ComparatorState _comparison = new(filter.Operator, filter.Comparator);
    private bool _matches;

    public override bool StartRow(ReadOnlySpan<byte> row) => _matches = _comparison.Holds(row);

    public override Verdict Judge(in Cell cell) => _matches ? Verdict.Include : Verdict.SkipFamily;
}

internal sealed class RowRangesState(IReadOnlyList<RowRange> ranges) : FilterState
{
    private bool _matches;

    public override bool StartRow(ReadOnlySpan<byte> row)
    {
        _matches = false;
        foreach (var range in ranges) _matches |= Contains(range, row);
        return _matches;
    }

    public override Verdict Judge(in Cell cell) => _matches ? Verdict.Include : Verdict.SkipFamily;

    private static bool Contains(RowRange range, ReadOnlySpan<byte> row)
    {
        var start = row.SequenceCompareTo(range.Start.Span);
        if (start < 0 || (start == 0 && !range.StartInclusive)) return false;
        if (range.Stop.IsEmpty) return true;
        var stop = row.SequenceCompareTo(range.Stop.Span);
        return stop < 0 || (stop == 0 && range.StopInclusive);
    }
}

internal sealed class SingleColumnValueState(SingleColumnValueFilter filter) : FilterState
{
    private readonly ComparatorState _comparison = new(filter.Operator, filter.Comparator);
    private bool _found;
    private bool _matches;

    public override bool StartRow(ReadOnlySpan<byte> row)
    {
        (_found, _matches) = (false, false);
        return true;
    }

    public override Verdict Judge(in Cell cell)
    {
        if (_matches) return Verdict.Include;
        if (_found && filter.LatestOnly) return Verdict.SkipFamily;
        if (!cell.Family.Span.SequenceEqual(filter.ColumnFamily.Span)
            || !cell.Qualifier.Span.SequenceEqual(filter.ColumnQualifier.Span)) return Verdict.Include;
        _found = true;
        _matches = _comparison.Holds(cell.Value.Span);
        return _matches || !filter.LatestOnly ? Verdict.Include : Verdict.SkipFamily;
    }

    public override bool EndRow() => _found ? _matches : !filter.FilterIfMissing;
}
