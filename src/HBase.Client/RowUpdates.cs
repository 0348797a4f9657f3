using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HBase.Client;

/// <summary>
/// A change of one row that depends on what is there: an <see cref="Increment"/> or an <see cref="Append"/>. Not to be changed
/// once given to a table.
/// </summary>
public abstract class RowUpdate(ReadOnlyMemory<byte> row) : IRowOperation
{
    private readonly List<Cell> _cells = [];

    public ReadOnlyMemory<byte> Row { get; } = row;

    /// <summary>What is added to each column, as the server wants it.</summary>
    internal IReadOnlyList<Cell> Cells => _cells;

    internal ReadOnlySpan<Cell> CellSpan => CollectionsMarshal.AsSpan(_cells);

    private protected void AddCell(ReadOnlyMemory<byte> family, ReadOnlyMemory<byte> qualifier, ReadOnlyMemory<byte> value)
    {
        foreach (var cell in _cells)
        {
            if (cell.Qualifier.Span.SequenceEqual(qualifier.Span) && cell.Family.Span.SequenceEqual(family.Span))
                throw new ArgumentException("The column is in the update already.", nameof(qualifier));
        }

        _cells.Add(new Cell(family, qualifier, Mutation.LatestTimestamp, value));
    }
}

/// <summary>
/// Adds to columns that hold numbers, 8 bytes big-endian; an absent one counts as 0. Overflow wraps. A column of another
/// length is refused.
/// </summary>
public sealed class Increment(ReadOnlyMemory<byte> row) : RowUpdate(row)
{
    public Increment Add(ReadOnlyMemory<byte> family, ReadOnlyMemory<byte> qualifier, long amount = 1)
    {
        var value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, amount);
        AddCell(family, qualifier, value);
        return this;
    }
}

/// <summary>Adds bytes behind what columns hold; an absent one counts as empty.</summary>
public sealed class Append(ReadOnlyMemory<byte> row) : RowUpdate(row)
{
    public Append Add(ReadOnlyMemory<byte> family, ReadOnlyMemory<byte> qualifier, ReadOnlyMemory<byte> value)
    {
        AddCell(family, qualifier, value);
        return this;
    }
}
