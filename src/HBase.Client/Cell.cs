namespace HBase.Client;

/// <summary>One value of a row: its column, its version and its bytes.</summary>
/// <param name="Family">Column family, at most 127 bytes.</param>
/// <param name="Qualifier">Column qualifier, any bytes, may be empty.</param>
/// <param name="Timestamp">Version: milliseconds since the Unix epoch by convention; larger is newer.</param>
/// <param name="Value">The bytes; at most 10 MB by the server's default.</param>
public readonly record struct Cell(
    ReadOnlyMemory<byte> Family, ReadOnlyMemory<byte> Qualifier, long Timestamp, ReadOnlyMemory<byte> Value);

/// <summary>A row as read: its cells ordered by family, qualifier, then newest version first. Never without a cell.</summary>
public sealed class Row(ReadOnlyMemory<byte> key, IReadOnlyList<Cell> cells)
{
    /// <summary>The row key: 1 to 32,767 bytes.</summary>
    public ReadOnlyMemory<byte> Key { get; } = key;

    public IReadOnlyList<Cell> Cells { get; } = cells;

    /// <summary>The newest value of a column; null when the row has none.</summary>
    public ReadOnlyMemory<byte>? Value(ReadOnlySpan<byte> family, ReadOnlySpan<byte> qualifier)
    {
        for (var i = 0; i < Cells.Count; i++)
        {
            var cell = Cells[i];
            if (cell.Qualifier.Span.SequenceEqual(qualifier) && cell.Family.Span.SequenceEqual(family)) return cell.Value;
        }

        return null;
    }
}
