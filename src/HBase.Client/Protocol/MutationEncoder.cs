using HBase.Client.Filters;

namespace HBase.Client.Protocol;

/// <summary>Writes MutationProto, Condition, Get and RegionSpecifier by hand, straight from the caller's memory.</summary>
internal static class MutationEncoder
{
    private const ulong TypeAppend = 0;
    private const ulong TypeIncrement = 1;
    private const ulong TypePut = 2;
    private const ulong TypeDelete = 3;
    private const ulong DeleteAllVersions = 1;
    private const ulong DeleteFamily = 2;

    public static void Region(FrameBuffer buffer, int field, ReadOnlySpan<byte> regionName)
    {
        var mark = buffer.Begin(field);
        buffer.WriteField(1, 1UL);
        buffer.WriteField(2, regionName);
        buffer.End(mark);
    }

    /// <summary>The fields of a Get.</summary>
    public static void Get(FrameBuffer buffer, int field, Get get, bool existenceOnly = false)
    {
        var mark = buffer.Begin(field);
        buffer.WriteField(1, get.Row.Span);
        foreach (var column in get.Columns)
        {
            var inner = buffer.Begin(2);
            buffer.WriteField(1, column.Family.Span);
            if (column.Qualifier is { } qualifier) buffer.WriteField(2, qualifier.Span);
            buffer.End(inner);
        }

        if (get.Filter is { } filter) FilterEncoder.Filter(buffer, 4, filter);
        TimeRange(buffer, 5, get.MinTimestamp, get.MaxTimestamp);
        if (get.MaxVersions != 1) buffer.WriteField(6, (ulong)get.MaxVersions);
        if (existenceOnly) buffer.WriteField(10, 1UL);
        buffer.End(mark);
    }

    /// <summary>A MutationProto of a put or a delete whose cells follow in the cell block.</summary>
    public static void WithCellBlock(FrameBuffer buffer, int field, Mutation mutation)
    {
        var mark = buffer.Begin(field);
        buffer.WriteField(1, mutation.Row.Span);
        buffer.WriteField(2, mutation is Put ? TypePut : TypeDelete);
        buffer.WriteField(4, (ulong)Mutation.LatestTimestamp);
        buffer.WriteField(6, 0UL);
        buffer.WriteField(8, (ulong)(mutation is Put put ? put.Cells.Count : ((Delete)mutation).Columns.Count));
        buffer.End(mark);
    }

    /// <summary>A MutationProto of an update whose cells follow in the cell block.</summary>
    /// <param name="nonce">The same with each attempt, so that the server applies one of them.</param>
    public static void WithCellBlock(FrameBuffer buffer, int field, RowUpdate update, ulong nonce)
    {
        var mark = buffer.Begin(field);
        buffer.WriteField(1, update.Row.Span);
        buffer.WriteField(2, update is Increment ? TypeIncrement : TypeAppend);
        buffer.WriteField(8, (ulong)update.Cells.Count);
        buffer.WriteField(9, nonce);
        buffer.End(mark);
    }

    /// <summary>Cells to be written, for the cell block.</summary>
    public static void Cells(FrameBuffer buffer, ReadOnlySpan<byte> row, ReadOnlySpan<Cell> cells)
    {
        foreach (ref readonly var cell in cells)
        {
            CellCodec.Write(buffer, row, cell.Family.Span, cell.Qualifier.Span, cell.Timestamp, CellType.Put, cell.Value.Span);
        }
    }

    /// <summary>The cells of a mutation, for the cell block.</summary>
    public static void Cells(FrameBuffer buffer, Mutation mutation)
    {
        var row = mutation.Row.Span;
        if (mutation is Put put)
        {
            Cells(buffer, row, put.CellSpan);
            return;
        }

        if (mutation is RowMutations several)
        {
            for (var i = 0; i < several.Mutations.Count; i++) Cells(buffer, several.Mutations[i]);
            return;
        }

        var delete = (Delete)mutation;
        for (var i = 0; i < delete.Columns.Count; i++)
        {
            var (column, timestamp) = delete.Columns[i];
            var type = column.Qualifier is null ? CellType.DeleteFamily : CellType.DeleteColumn;
            CellCodec.Write(
                buffer, row, column.Family.Span, column.Qualifier.GetValueOrDefault().Span, timestamp, type, []);
        }
    }

    /// <summary>A MutationProto, or several, that carry their values themselves, as coprocessor calls need them.</summary>
    public static void Inline(FrameBuffer buffer, int field, Mutation mutation)
    {
        if (mutation is RowMutations several)
        {
            for (var i = 0; i < several.Mutations.Count; i++) Inline(buffer, field, several.Mutations[i]);
            return;
        }

        var mark = buffer.Begin(field, 2);
        buffer.WriteField(1, mutation.Row.Span);
        buffer.WriteField(2, mutation is Put ? TypePut : TypeDelete);
        if (mutation is Put put) InlinePut(buffer, put);
        else InlineDelete(buffer, (Delete)mutation);
        buffer.End(mark);
    }

    public static void Condition(FrameBuffer buffer, int field, Condition condition)
    {
        // The comparator's name and the lengths are some 70 bytes.
        var mark = buffer.Begin(field, condition.Row.Length + condition.Value.Length < 32 ? 1 : 2);
        buffer.WriteField(1, condition.Row.Span);
        if (condition.Filter is null)
        {
            buffer.WriteField(2, condition.Family.Span);
            buffer.WriteField(3, condition.Qualifier.Span);
            buffer.WriteField(4, (ulong)OfGiven(condition.Operator));
            FilterEncoder.Binary(buffer, 5, condition.Value.Span);
        }

        TimeRange(buffer, 6, condition.MinTimestamp, condition.MaxTimestamp);
        if (condition.Filter is { } filter) FilterEncoder.Filter(buffer, 7, filter);
        buffer.End(mark);
    }

    // In conditions, unlike in filters, a server asks how what is given stands to what is stored.
    private static CompareOperator OfGiven(CompareOperator op) => op switch
    {
        CompareOperator.Less => CompareOperator.Greater,
        CompareOperator.LessOrEqual => CompareOperator.GreaterOrEqual,
        CompareOperator.GreaterOrEqual => CompareOperator.LessOrEqual,
        CompareOperator.Greater => CompareOperator.Less,
        _ => op,
    };

    private static void TimeRange(FrameBuffer buffer, int field, long min, long max)
    {
        if (min == 0 && max == long.MaxValue) return;
        var mark = buffer.Begin(field);
        buffer.WriteField(1, (ulong)min);
        buffer.WriteField(2, (ulong)max);
        buffer.End(mark);
    }

    private static void InlinePut(FrameBuffer buffer, Put put)
    {
        var cells = put.CellSpan;
        for (var i = 0; i < cells.Length;)
        {
            var family = cells[i].Family.Span;
            var mark = buffer.Begin(3, 2);
            buffer.WriteField(1, family);
            for (; i < cells.Length && cells[i].Family.Span.SequenceEqual(family); i++)
            {
                ref readonly var cell = ref cells[i];
                var value = buffer.Begin(2);
                buffer.WriteField(1, cell.Qualifier.Span);
                buffer.WriteField(2, cell.Value.Span);
                if (cell.Timestamp != Mutation.LatestTimestamp) buffer.WriteField(3, (ulong)cell.Timestamp);
                buffer.End(value);
            }

            buffer.End(mark);
        }
    }

    private static void InlineDelete(FrameBuffer buffer, Delete delete)
    {
        foreach (var (column, timestamp) in delete.Columns)
        {
            var mark = buffer.Begin(3);
            buffer.WriteField(1, column.Family.Span);
            var value = buffer.Begin(2);
            if (column.Qualifier is { } qualifier) buffer.WriteField(1, qualifier.Span);
            if (timestamp != Mutation.LatestTimestamp) buffer.WriteField(3, (ulong)timestamp);
            buffer.WriteField(4, column.Qualifier is null ? DeleteFamily : DeleteAllVersions);
            buffer.End(value);
            buffer.End(mark);
        }
    }
}
