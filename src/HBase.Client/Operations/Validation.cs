using HBase.Client.Filters;

namespace HBase.Client.Operations;

/// <summary>Misuse is an ArgumentException before anything is sent.</summary>
internal static class Validation
{
    private const int MaxRow = 32767;
    private const int MaxFamily = 127;

    public static void Check(Get get)
    {
        ArgumentNullException.ThrowIfNull(get);
        CheckRow(get.Row);
        if (get.MaxVersions < 1) throw new ArgumentException("A get of fewer than one version.", nameof(get));
        CheckTimes(get.MinTimestamp, get.MaxTimestamp);
        foreach (var column in get.Columns) CheckFamily(column.Family);
    }

    public static void Check(Scan scan)
    {
        ArgumentNullException.ThrowIfNull(scan);
        if (scan.StartRow.Length > MaxRow || scan.StopRow.Length > MaxRow)
            throw new ArgumentException("A row key is too long.", nameof(scan));
        if (scan.MaxVersions < 1 || scan.Limit < 0 || scan.Caching < 1)
            throw new ArgumentException("MaxVersions and Caching are at least 1, Limit at least 0.", nameof(scan));
        CheckTimes(scan.MinTimestamp, scan.MaxTimestamp);
        foreach (var column in scan.Columns) CheckFamily(column.Family);
    }

    public static void Check(Mutation mutation)
    {
        ArgumentNullException.ThrowIfNull(mutation);
        CheckRow(mutation.Row);
        if (mutation is Put put)
        {
            if (put.Cells.Count == 0) throw new ArgumentException("A put without a cell.", nameof(mutation));
            foreach (ref readonly var cell in put.CellSpan) CheckCell(cell.Family, cell.Timestamp);
        }
        else if (mutation is Delete delete)
        {
            foreach (var (column, timestamp) in delete.Columns) CheckCell(column.Family, timestamp);
        }
        else if (mutation is RowMutations several)
        {
            if (several.Mutations.Count == 0) throw new ArgumentException("Row mutations without one.", nameof(mutation));
            foreach (var one in several.Mutations)
            {
                if (one is RowMutations) throw new ArgumentException("Row mutations are puts and deletes.", nameof(mutation));
                Check(one);
                if (!one.Row.Span.SequenceEqual(mutation.Row.Span))
                    throw new ArgumentException("Row mutations are of one row.", nameof(mutation));
            }
        }
        else
        {
            throw new ArgumentException("A mutation is a Put, a Delete or RowMutations.", nameof(mutation));
        }
    }

    public static void Check(IRowOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (operation is Get get) Check(get);
        else if (operation is Mutation mutation) Check(mutation);
        else if (operation is RowUpdate update) Check(update);
        else if (operation is ConditionalCommit commit) Check(commit);
        else throw new ArgumentException($"A batch cannot have a {operation.GetType().Name}.", nameof(operation));
    }

    public static void Check(RowUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        CheckRow(update.Row);
        if (update.Cells.Count == 0) throw new ArgumentException("An update without a column.", nameof(update));
        for (var i = 0; i < update.Cells.Count; i++) CheckFamily(update.Cells[i].Family);
    }

    public static void Check(Condition condition, Mutation mutation)
    {
        ArgumentNullException.ThrowIfNull(condition);
        Check(mutation);
        CheckTimes(condition.MinTimestamp, condition.MaxTimestamp);
        if (condition.Filter is null) CheckFamily(condition.Family);
        else if (!condition.Family.IsEmpty || !condition.Qualifier.IsEmpty || !condition.Value.IsEmpty)
            throw new ArgumentException("A condition has a column or a filter.", nameof(condition));
        if (condition is { Value.IsEmpty: true, Operator: not (CompareOperator.Equal or CompareOperator.NotEqual) })
            throw new ArgumentException("What is compared with nothing is Equal or NotEqual.", nameof(condition));
        if (!condition.Row.Span.SequenceEqual(mutation.Row.Span))
            throw new ArgumentException("Condition and mutation must be of one row.", nameof(condition));
    }

    public static void Check(ConditionalCommit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        Check(commit.Condition, commit.Mutation);
        ArgumentNullException.ThrowIfNull(commit.Further);
        for (var i = 0; i < commit.Further.Count; i++) Check(commit.Further[i]);
    }

    private static void CheckRow(ReadOnlyMemory<byte> row)
    {
        if (row.Length is 0 or > MaxRow) throw new ArgumentException($"A row key has 1 to {MaxRow} bytes, not {row.Length}.");
    }

    private static void CheckCell(ReadOnlyMemory<byte> family, long timestamp)
    {
        CheckFamily(family);
        if (timestamp < 0) throw new ArgumentException("A timestamp is not negative.");
    }

    private static void CheckTimes(long min, long max)
    {
        if (min < 0 || min >= max) throw new ArgumentException($"No cell is from {min} to before {max}.");
    }

    private static void CheckFamily(ReadOnlyMemory<byte> family)
    {
        if (family.Length is 0 or > MaxFamily)
            throw new ArgumentException($"A family has 1 to {MaxFamily} bytes, not {family.Length}.");
    }
}
