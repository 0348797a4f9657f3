using HBase.Client;
using HBase.Client.Filters;

namespace HBase.Embedded.Reading.Filters;

/// <summary>How far a filter's answer to a cell goes.</summary>
internal enum Step
{
    /// <summary>The next cell is asked for.</summary>
    Cell,

    /// <summary>The next column is.</summary>
    Column,

    /// <summary>The next family of the row is: HBase asks each family by itself.</summary>
    Family,
}

/// <summary>A filter's answer to a cell.</summary>
internal readonly record struct Verdict(bool Includes, Step Step)
{
    public static Verdict Include { get; } = new(true, Step.Cell);

    public static Verdict Skip { get; } = new(false, Step.Cell);

    public static Verdict SkipFamily { get; } = new(false, Step.Family);
}

/// <summary>A filter during one read, as HBase's classes evaluate it: row by row, and in a row cell by cell.</summary>
internal abstract class FilterState
{
    /// <summary>No further row passes.</summary>
    public virtual bool IsDone => false;

    public static FilterState Of(Filter filter, bool reversed = false) => filter switch
    {
        PrefixFilter prefix => new PrefixState(prefix, reversed),
        PageFilter page => new PageState(page.Rows),
        KeyOnlyFilter keys => new KeyOnlyState(keys.LengthAsValue),
        FirstKeyOnlyFilter => new FirstKeyOnlyState(),
        ColumnRangeFilter range => new ColumnRangeState(range),
        ColumnPrefixFilter prefix => new ColumnPrefixState(prefix.Bytes),
        ColumnPaginationFilter page => new ColumnPaginationState(page),
        SingleColumnValueFilter column => new SingleColumnValueState(column),
        ValueFilter value => new ValueState(value),
        RowFilter row => new RowState(row),
        QualifierFilter qualifier => new QualifierState(qualifier),
        FamilyFilter family => new FamilyNameState(family),
        MultiRowRangeFilter rows => new RowRangesState(rows.Ranges),
        AllFilter all => new AllState([.. all.Filters.Select(f => Of(f, reversed))]),
        AnyFilter any => new AnyState([.. any.Filters.Select(f => Of(f, reversed))]),
        _ => throw new NotSupportedException($"The embedded store does not know the filter {filter.GetType().Name}."),
    };

    /// <summary>A new row; false when its key alone leaves it out.</summary>
    public virtual bool StartRow(ReadOnlySpan<byte> row) => true;

    public virtual Verdict Judge(in Cell cell) => Verdict.Include;

    /// <summary>What is returned of a cell that was included.</summary>
    public virtual Cell Transform(Cell cell) => cell;

    /// <summary>The row's cells have been judged and some were included; false leaves the row out nevertheless.</summary>
    public virtual bool EndRow() => true;
}
