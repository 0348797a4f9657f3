namespace HBase.Client.Filters;

/// <summary>
/// Leaves out rows and cells where they are stored, before they are sent. A row of which nothing is left is not returned. What
/// a filter looks at must be among the columns that the read asks for.
/// </summary>
public abstract record Filter
{
    private protected Filter()
    {
    }

    /// <summary>
    /// Rows whose keys begin so. A scan also needs bounds (<see cref="Scan.Prefix"/>) not to read all rows before.
    /// </summary>
    public static Filter Prefix(ReadOnlyMemory<byte> prefix) => new PrefixFilter(prefix);

    /// <summary>So many rows of each region: several regions return more. <see cref="Scan.Limit"/> is exact.</summary>
    public static Filter Page(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        return new PageFilter(rows);
    }

    /// <summary>Cells without their values, or with the value's length, 4 bytes big-endian, in its place.</summary>
    public static Filter KeyOnly(bool lengthAsValue = false) => new KeyOnlyFilter(lengthAsValue);

    /// <summary>The first cell of each row.</summary>
    public static Filter FirstKeyOnly() => new FirstKeyOnlyFilter();

    /// <summary>Columns by their qualifiers, of any family; null is unbounded.</summary>
    public static Filter ColumnRange(
        ReadOnlyMemory<byte>? min, ReadOnlyMemory<byte>? max, bool minInclusive = true, bool maxInclusive = false) =>
        new ColumnRangeFilter(min, max, minInclusive, maxInclusive);

    /// <summary>Columns whose qualifiers begin so.</summary>
    public static Filter ColumnPrefix(ReadOnlyMemory<byte> prefix) => new ColumnPrefixFilter(prefix);

    /// <summary>So many columns of each row behind the first <paramref name="offset"/>; the newest version of each.</summary>
    public static Filter ColumnPagination(int limit, int offset = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return new ColumnPaginationFilter(limit, offset);
    }

    /// <summary>Whole rows by the value of one column.</summary>
    /// <param name="filterIfMissing">Leaves out rows without the column.</param>
    /// <param name="latestOnly">Looks at the newest version only, not at each that is read.</param>
    public static Filter SingleColumnValue(
        ReadOnlyMemory<byte> family, ReadOnlyMemory<byte> qualifier, CompareOperator op, Comparator comparator,
        bool filterIfMissing = false, bool latestOnly = true) =>
        new SingleColumnValueFilter(family, qualifier, op, Compared(op, comparator), filterIfMissing, latestOnly);

    /// <summary>Whole rows by the value of one column, compared with bytes.</summary>
    public static Filter SingleColumnValue(
        ReadOnlyMemory<byte> family, ReadOnlyMemory<byte> qualifier, CompareOperator op, ReadOnlyMemory<byte> value,
        bool filterIfMissing = false, bool latestOnly = true) =>
        SingleColumnValue(family, qualifier, op, Comparator.Binary(value), filterIfMissing, latestOnly);

    /// <summary>Cells by their values.</summary>
    public static Filter Value(CompareOperator op, Comparator comparator) => new ValueFilter(op, Compared(op, comparator));

    /// <summary>Rows by their keys.</summary>
    public static Filter Row(CompareOperator op, Comparator comparator) => new RowFilter(op, Compared(op, comparator));

    /// <summary>Cells by their qualifiers.</summary>
    public static Filter Qualifier(CompareOperator op, Comparator comparator) =>
        new QualifierFilter(op, Compared(op, comparator));

    /// <summary>Cells by their families.</summary>
    public static Filter Family(CompareOperator op, Comparator comparator) => new FamilyFilter(op, Compared(op, comparator));

    /// <summary>Rows of any of the ranges, in any order. The server seeks from one to the next.</summary>
    public static Filter RowRanges(params IReadOnlyList<RowRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        if (ranges.Count == 0) throw new ArgumentException("There must be a range.", nameof(ranges));
        foreach (var range in ranges)
        {
            var order = range.Start.Span.SequenceCompareTo(range.Stop.Span);
            if (!range.Stop.IsEmpty && (order > 0 || (order == 0 && !(range.StartInclusive && range.StopInclusive))))
                throw new ArgumentException("No row is in the range.", nameof(ranges));
        }

        return new MultiRowRangeFilter(ranges);
    }

    /// <summary>What all of the filters let through, asked in order. At least one.</summary>
    public static Filter All(params IReadOnlyList<Filter> filters) => new AllFilter(Listed(filters));

    /// <summary>What any of the filters lets through. At least one.</summary>
    public static Filter Any(params IReadOnlyList<Filter> filters) => new AnyFilter(Listed(filters));

    private static Comparator Compared(CompareOperator op, Comparator comparator)
    {
        ArgumentNullException.ThrowIfNull(comparator);
        if (!Enum.IsDefined(op)) throw new ArgumentOutOfRangeException(nameof(op), op, "No operator.");
        if (comparator is SubstringComparator or RegexComparator && op is not (CompareOperator.Equal or CompareOperator.NotEqual))
            throw new ArgumentException("Text is found or not: with Equal or NotEqual only.", nameof(op));
        return comparator;
    }

    private static IReadOnlyList<Filter> Listed(IReadOnlyList<Filter> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        if (filters.Count == 0) throw new ArgumentException("There must be a filter.", nameof(filters));
        foreach (var filter in filters) ArgumentNullException.ThrowIfNull(filter, nameof(filters));
        return filters;
    }
}
