using System.Runtime.InteropServices;
using HBase.Client.Filters;

namespace HBase.Client;

/// <summary>
/// What a batch may have: a <see cref="Get"/>, a <see cref="Mutation"/>, a <see cref="RowUpdate"/> or a
/// <see cref="ConditionalCommit"/>.
/// </summary>
public interface IRowOperation
{
    /// <summary>The row key: 1 to 32,767 bytes.</summary>
    ReadOnlyMemory<byte> Row { get; }
}

/// <summary>How one operation of a batch went.</summary>
/// <param name="Row">What a get found or an update made; null for a mutation, a commit, an absent row and an error.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="ConditionFailed">A commit's condition did not hold, and nothing was changed.</param>
public readonly record struct OperationResult(Row? Row, HBaseException? Error, bool ConditionFailed = false);

/// <summary>What to read of one row.</summary>
public sealed record Get(ReadOnlyMemory<byte> Row) : IRowOperation
{
    /// <summary>Columns or whole families to read; empty = all.</summary>
    public IReadOnlyList<Column> Columns { get; init; } = [];

    /// <summary>How many versions of each column; newest first.</summary>
    public int MaxVersions { get; init; } = 1;

    /// <summary>No cell older than this; milliseconds since the Unix epoch by convention.</summary>
    public long MinTimestamp { get; init; }

    /// <summary>Only cells older than this.</summary>
    public long MaxTimestamp { get; init; } = long.MaxValue;

    /// <summary>Leaves out cells, or the whole row; null = nothing.</summary>
    public Filter? Filter { get; init; }
}

/// <summary>A column, or a whole family when the qualifier is null.</summary>
public readonly record struct Column(ReadOnlyMemory<byte> Family, ReadOnlyMemory<byte>? Qualifier = null);

/// <summary>What to scan: rows from <see cref="StartRow"/> to <see cref="StopRow"/>.</summary>
public sealed record Scan
{
    /// <summary>Where to start; empty = the first row, or the last one when <see cref="Reversed"/>.</summary>
    public ReadOnlyMemory<byte> StartRow { get; init; }

    public bool IncludeStartRow { get; init; } = true;

    /// <summary>Where to stop; empty = behind the last row there is.</summary>
    public ReadOnlyMemory<byte> StopRow { get; init; }

    public bool IncludeStopRow { get; init; }

    /// <summary>Reads from larger keys to smaller ones: <see cref="StopRow"/> is below <see cref="StartRow"/>.</summary>
    public bool Reversed { get; init; }

    /// <summary>Columns or whole families to read; empty = all.</summary>
    public IReadOnlyList<Column> Columns { get; init; } = [];

    /// <summary>How many versions of each column; newest first.</summary>
    public int MaxVersions { get; init; } = 1;

    /// <summary>No cell older than this; milliseconds since the Unix epoch by convention.</summary>
    public long MinTimestamp { get; init; }

    /// <summary>Only cells older than this.</summary>
    public long MaxTimestamp { get; init; } = long.MaxValue;

    /// <summary>Leaves out cells and rows; null = nothing.</summary>
    public Filter? Filter { get; init; }

    /// <summary>At most so many rows; 0 = no limit.</summary>
    public int Limit { get; init; }

    /// <summary>Rows a call to the server fetches at most.</summary>
    public int Caching { get; init; } = 1000;

    /// <summary>All rows whose keys begin with the prefix.</summary>
    public static Scan Prefix(ReadOnlyMemory<byte> prefix) => new() { StartRow = prefix, StopRow = AfterPrefix(prefix.Span) };

    private static byte[] AfterPrefix(ReadOnlySpan<byte> prefix)
    {
        var length = prefix.Length;
        while (length > 0 && prefix[length - 1] == 0xFF) length--;
        if (length == 0) return [];
        var stop = prefix[..length].ToArray();
        stop[^1]++;
        return stop;
    }
}

/// <summary>
/// A change of one row: a <see cref="Put"/>, a <see cref="Delete"/>, or several as <see cref="RowMutations"/>. Not to be changed
/// once given to a table.
/// </summary>
public abstract class Mutation(ReadOnlyMemory<byte> row) : IRowOperation
{
    /// <summary>Lets the server stamp the cell with its own clock.</summary>
    public const long LatestTimestamp = long.MaxValue;

    public ReadOnlyMemory<byte> Row { get; } = row;
}

/// <summary>Writes cells of one row.</summary>
public sealed class Put(ReadOnlyMemory<byte> row) : Mutation(row)
{
    private readonly List<Cell> _cells = [];

    public IReadOnlyList<Cell> Cells => _cells;

    internal ReadOnlySpan<Cell> CellSpan => CollectionsMarshal.AsSpan(_cells);

    public Put Add(
        ReadOnlyMemory<byte> family, ReadOnlyMemory<byte> qualifier, ReadOnlyMemory<byte> value,
        long timestamp = LatestTimestamp)
    {
        _cells.Add(new Cell(family, qualifier, timestamp, value));
        return this;
    }
}

/// <summary>Deletes columns (all versions up to the timestamp), whole families, or, with nothing added, the whole row.</summary>
public sealed class Delete(ReadOnlyMemory<byte> row) : Mutation(row)
{
    private readonly List<(Column Column, long Timestamp)> _columns = [];

    public IReadOnlyList<(Column Column, long Timestamp)> Columns => _columns;

    public Delete Add(Column column, long timestamp = LatestTimestamp)
    {
        _columns.Add((column, timestamp));
        return this;
    }
}

/// <summary>
/// Puts and deletes of one row that are applied together or not at all, in their order. A delete and a put that the server
/// stamps get the same time, so that the delete hides the put: give them timestamps.
/// </summary>
public sealed class RowMutations(ReadOnlyMemory<byte> row) : Mutation(row)
{
    private readonly List<Mutation> _mutations = [];

    public IReadOnlyList<Mutation> Mutations => _mutations;

    /// <summary>Adds a put or a delete of the same row.</summary>
    public RowMutations Add(Mutation mutation)
    {
        _mutations.Add(mutation);
        return this;
    }
}

/// <summary>
/// What the row must be like: its newest value of a column stands to <see cref="Value"/> as <see cref="Operator"/> says, or
/// <see cref="Filter"/> leaves something of it. A column that is absent holds for no other value than an empty one: Equal to
/// that means "absent or empty", NotEqual "present and not empty".
/// </summary>
public sealed record Condition(
    ReadOnlyMemory<byte> Row, ReadOnlyMemory<byte> Family, ReadOnlyMemory<byte> Qualifier, ReadOnlyMemory<byte> Value)
{
    public CompareOperator Operator { get; init; } = CompareOperator.Equal;

    /// <summary>Holds when the filter leaves a cell of the row, in place of a column and its value.</summary>
    public Filter? Filter { get; init; }

    /// <summary>No cell older than this is looked at.</summary>
    public long MinTimestamp { get; init; }

    /// <summary>Only cells older than this are looked at.</summary>
    public long MaxTimestamp { get; init; } = long.MaxValue;

    /// <summary>Holds when the column is absent or empty.</summary>
    public static Condition Absent(ReadOnlyMemory<byte> row, ReadOnlyMemory<byte> family, ReadOnlyMemory<byte> qualifier) =>
        new(row, family, qualifier, default);

    /// <summary>Holds when the filter leaves a cell of the row.</summary>
    public static Condition Matches(ReadOnlyMemory<byte> row, Filter filter) => new(row, default, default, default)
    {
        Filter = filter,
    };
}

/// <summary>
/// A conditional write of one row with unconditional writes of further rows beside it. <see cref="Mutation"/> must be of
/// the condition's row.
/// </summary>
public sealed record ConditionalCommit(Condition Condition, Mutation Mutation, IReadOnlyList<Put> Further) : IRowOperation
{
    /// <summary>The row of the condition.</summary>
    public ReadOnlyMemory<byte> Row => Condition.Row;
}

/// <summary>A table to create.</summary>
public sealed record TableDescriptor(string Name, IReadOnlyList<FamilyDescriptor> Families)
{
    /// <summary>Keys at which the table is split from the start; sorted, distinct, none empty.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> SplitKeys { get; init; } = [];

    /// <summary>Rows whose first so many bytes are equal stay in one region at automatic splits; 0 = the server's default.</summary>
    public int KeyPrefixLength { get; init; }

    /// <summary>Carries HBase's MultiRowMutationEndpoint, which <see cref="ITable.CommitAsync"/> groups commits with.</summary>
    public bool GroupCommit { get; init; }

    /// <summary>Further table attributes by HBase's names.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}

/// <summary>A column family; attributes by HBase's names (TTL, BLOOMFILTER, DATA_BLOCK_ENCODING, ..).</summary>
public sealed record FamilyDescriptor(string Name)
{
    /// <summary>Versions kept of each column.</summary>
    public int MaxVersions { get; init; } = 1;

    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Properties of hbase-site.xml that are other ones for this family.</summary>
    public IReadOnlyDictionary<string, string> Configuration { get; init; } = new Dictionary<string, string>();
}
