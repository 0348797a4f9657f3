namespace HBase.Client.Scanning;

/// <summary>
/// Joins rows that a server cut. Only the last row of an answer is partial, but the next answer may also begin another row
/// without having ended the former, so keys are compared.
/// </summary>
internal sealed class PartialRows
{
    private ReadOnlyMemory<byte> _key;
    private List<Cell>? _cells;

    public bool HasPending => _cells is not null;

    /// <summary>Adds a row as received; <paramref name="complete"/> gets the rows that are whole now.</summary>
    public void Add(Row row, bool isPartial, List<Row> complete)
    {
        if (_cells is not null && !_key.Span.SequenceEqual(row.Key.Span)) Flush(complete);
        if (_cells is not null) _cells.AddRange(row.Cells);
        else if (isPartial) (_key, _cells) = (row.Key, [.. row.Cells]);
        else complete.Add(row);
        if (!isPartial) Flush(complete);
    }

    /// <summary>The server has said that nothing more of the pending row comes.</summary>
    public void Flush(List<Row> complete)
    {
        if (_cells is null) return;
        complete.Add(new Row(_key, _cells));
        _cells = null;
    }

    /// <summary>The pending row will be read again from its start.</summary>
    public void Drop() => _cells = null;
}
