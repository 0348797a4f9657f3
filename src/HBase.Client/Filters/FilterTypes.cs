namespace HBase.Client.Filters;

// What the methods of Filter make. Named as HBase's classes are, lists apart, which are one class there.

internal sealed record PrefixFilter(ReadOnlyMemory<byte> Bytes) : Filter;

internal sealed record PageFilter(long Rows) : Filter;

internal sealed record KeyOnlyFilter(bool LengthAsValue) : Filter;

internal sealed record FirstKeyOnlyFilter : Filter;

internal sealed record ColumnRangeFilter(
    ReadOnlyMemory<byte>? Min, ReadOnlyMemory<byte>? Max, bool MinInclusive, bool MaxInclusive) : Filter;

internal sealed record ColumnPrefixFilter(ReadOnlyMemory<byte> Bytes) : Filter;

internal sealed record ColumnPaginationFilter(int Limit, int Offset) : Filter;

internal sealed record SingleColumnValueFilter(
    ReadOnlyMemory<byte> ColumnFamily, ReadOnlyMemory<byte> ColumnQualifier, CompareOperator Operator, Comparator Comparator,
    bool FilterIfMissing, bool LatestOnly) : Filter;

internal abstract record CompareFilter(CompareOperator Operator, Comparator Comparator) : Filter;

internal sealed record ValueFilter(CompareOperator Operator, Comparator Comparator) : CompareFilter(Operator, Comparator);

internal sealed record RowFilter(CompareOperator Operator, Comparator Comparator) : CompareFilter(Operator, Comparator);

internal sealed record QualifierFilter(CompareOperator Operator, Comparator Comparator) : CompareFilter(Operator, Comparator);

internal sealed record FamilyFilter(CompareOperator Operator, Comparator Comparator) : CompareFilter(Operator, Comparator);

internal sealed record MultiRowRangeFilter(IReadOnlyList<RowRange> Ranges) : Filter;

internal sealed record AllFilter(IReadOnlyList<Filter> Filters) : Filter;

internal sealed record AnyFilter(IReadOnlyList<Filter> Filters) : Filter;
