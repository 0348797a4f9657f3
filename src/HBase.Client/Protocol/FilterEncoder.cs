using HBase.Client.Filters;

namespace HBase.Client.Protocol;

/// <summary>Writes HBase's Filter.proto and Comparator.proto: each is the name of a Java class with that class's own message.</summary>
internal static class FilterEncoder
{
    private const ulong MustPassAll = 1;
    private const ulong MustPassOne = 2;
    private const ulong DotMatchesLineEnds = 32;
    private const ulong IgnoreCase = 2;

    private static ReadOnlySpan<byte> Package => "org.apache.hadoop.hbase.filter."u8;

    /// <summary>A field that is a Filter.</summary>
    public static void Filter(FrameBuffer buffer, int field, Filter filter)
    {
        var mark = buffer.Begin(field);
        Filter(buffer, filter);
        buffer.End(mark);
    }

    /// <summary>The bytes of a Filter.</summary>
    public static byte[] ToBytes(Filter filter)
    {
        using var buffer = new FrameBuffer(256);
        Filter(buffer, filter);
        return buffer.Frame.ToArray();
    }

    /// <summary>A field that is a Comparator of all the bytes.</summary>
    public static void Binary(FrameBuffer buffer, int field, ReadOnlySpan<byte> value)
    {
        // The name and the lengths are some 55 bytes.
        var mark = buffer.Begin(field, value.Length < 72 ? 1 : 2);
        Name(buffer, "BinaryComparator"u8);
        var serialized = buffer.Begin(2);
        Comparable(buffer, value);
        buffer.End(serialized);
        buffer.End(mark);
    }

    private static void Filter(FrameBuffer buffer, Filter filter)
    {
        Name(buffer, NameOf(filter));
        var serialized = buffer.Begin(2);
        switch (filter)
        {
            case PrefixFilter prefix:
                buffer.WriteField(1, prefix.Bytes.Span);
                break;
            case PageFilter page:
                buffer.WriteField(1, (ulong)page.Rows);
                break;
            case KeyOnlyFilter keys:
                buffer.WriteField(1, keys.LengthAsValue ? 1UL : 0);
                break;
            case ColumnRangeFilter range:
                Range(buffer, range.Min, range.MinInclusive, range.Max, range.MaxInclusive);
                break;
            case ColumnPrefixFilter prefix:
                buffer.WriteField(1, prefix.Bytes.Span);
                break;
            case ColumnPaginationFilter page:
                buffer.WriteField(1, (ulong)page.Limit);
                buffer.WriteField(2, (ulong)page.Offset);
                break;
            case SingleColumnValueFilter column:
                SingleColumnValue(buffer, column);
                break;
            case CompareFilter compare:
                var mark = buffer.Begin(1);
                buffer.WriteField(1, (ulong)compare.Operator);
                Comparator(buffer, 2, compare.Comparator);
                buffer.End(mark);
                break;
            case MultiRowRangeFilter rows:
                foreach (var range in rows.Ranges)
                {
                    var row = buffer.Begin(1);
                    Range(buffer, range.Start, range.StartInclusive, range.Stop, range.StopInclusive);
                    buffer.End(row);
                }

                break;
            case AllFilter all:
                List(buffer, MustPassAll, all.Filters);
                break;
            case AnyFilter any:
                List(buffer, MustPassOne, any.Filters);
                break;
        }

        buffer.End(serialized);
    }

    private static ReadOnlySpan<byte> NameOf(Filter filter) => filter switch
    {
        PrefixFilter => "PrefixFilter"u8,
        PageFilter => "PageFilter"u8,
        KeyOnlyFilter => "KeyOnlyFilter"u8,
        FirstKeyOnlyFilter => "FirstKeyOnlyFilter"u8,
        ColumnRangeFilter => "ColumnRangeFilter"u8,
        ColumnPrefixFilter => "ColumnPrefixFilter"u8,
        ColumnPaginationFilter => "ColumnPaginationFilter"u8,
        SingleColumnValueFilter => "SingleColumnValueFilter"u8,
        ValueFilter => "ValueFilter"u8,
        RowFilter => "RowFilter"u8,
        QualifierFilter => "QualifierFilter"u8,
        FamilyFilter => "FamilyFilter"u8,
        MultiRowRangeFilter => "MultiRowRangeFilter"u8,
        AllFilter or AnyFilter => "FilterList"u8,
        _ => throw new NotSupportedException($"No server knows the filter {filter.GetType().Name}."),
    };

    private static void SingleColumnValue(FrameBuffer buffer, SingleColumnValueFilter filter)
    {
        buffer.WriteField(1, filter.ColumnFamily.Span);
        buffer.WriteField(2, filter.ColumnQualifier.Span);
        buffer.WriteField(3, (ulong)filter.Operator);
        Comparator(buffer, 4, filter.Comparator);
        buffer.WriteField(5, filter.FilterIfMissing ? 1UL : 0);
        buffer.WriteField(6, filter.LatestOnly ? 1UL : 0);
    }

    private static void Range(
        FrameBuffer buffer, ReadOnlyMemory<byte>? min, bool minInclusive, ReadOnlyMemory<byte>? max, bool maxInclusive)
    {
        if (min is { } from) buffer.WriteField(1, from.Span);
        buffer.WriteField(2, minInclusive ? 1UL : 0);
        if (max is { } to) buffer.WriteField(3, to.Span);
        buffer.WriteField(4, maxInclusive ? 1UL : 0);
    }

    private static void List(FrameBuffer buffer, ulong mode, IReadOnlyList<Filter> filters)
    {
        buffer.WriteField(1, mode);
        foreach (var filter in filters) Filter(buffer, 2, filter);
    }

    private static void Comparator(FrameBuffer buffer, int field, Comparator comparator)
    {
        if (comparator is BinaryComparator binary)
        {
            Binary(buffer, field, binary.Value.Span);
            return;
        }

        var mark = buffer.Begin(field);
        Name(buffer, comparator switch
        {
            BinaryPrefixComparator => "BinaryPrefixComparator"u8,
            SubstringComparator => "SubstringComparator"u8,
            RegexComparator => "RegexStringComparator"u8,
            _ => throw new NotSupportedException($"No server knows the comparator {comparator.GetType().Name}."),
        });
        var serialized = buffer.Begin(2);
        switch (comparator)
        {
            case BinaryPrefixComparator prefix:
                Comparable(buffer, prefix.Value.Span);
                break;
            case SubstringComparator substring:
                Text(buffer, 1, substring.Text);
                break;
            case RegexComparator regex:
                Text(buffer, 1, regex.Pattern);
                buffer.WriteField(2, DotMatchesLineEnds | (regex.IgnoreCase ? IgnoreCase : 0));
                buffer.WriteField(3, "UTF-8"u8);
                break;
        }

        buffer.End(serialized);
        buffer.End(mark);
    }

    // A ByteArrayComparable.
    private static void Comparable(FrameBuffer buffer, ReadOnlySpan<byte> value)
    {
        var mark = buffer.Begin(1);
        buffer.WriteField(1, value);
        buffer.End(mark);
    }

    private static void Name(FrameBuffer buffer, ReadOnlySpan<byte> name)
    {
        var mark = buffer.Begin(1);
        buffer.Append(Package);
        buffer.Append(name);
        buffer.End(mark);
    }

    private static void Text(FrameBuffer buffer, int field, string text) =>
        buffer.WriteField(field, System.Text.Encoding.UTF8.GetBytes(text));
}
