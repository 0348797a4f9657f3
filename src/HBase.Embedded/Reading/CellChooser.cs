using HBase.Client;
using HBase.Embedded.Reading.Filters;
using HBase.Embedded.Storage;

namespace HBase.Embedded.Reading;

/// <summary>
/// Chooses of a row's cells, offered in their order, those that a read asks for: by time, filter and number of versions.
/// </summary>
internal sealed class CellChooser(int maxVersions, long minTimestamp, long maxTimestamp, FilterState? filter)
{
    private List<Cell>? _cells;
    private FamilyInfo? _family;
    private FamilyInfo? _skipped;
    private bool _passes;
    private int _versionsLeft;

    /// <summary>The filter lets no further row through.</summary>
    public bool IsDone => filter is { IsDone: true };

    public void StartRow(ReadOnlySpan<byte> row)
    {
        (_cells, _family, _skipped) = (null, null, null);
        _passes = filter is null || (!filter.IsDone && filter.StartRow(row));
    }

    public void StartColumn(FamilyInfo family, bool isAskedFor)
    {
        _family = family;
        _versionsLeft = isAskedFor && _passes && family != _skipped ? Math.Min(maxVersions, family.MaxVersions) : 0;
    }

    /// <summary>Whether a version of the column is looked at.</summary>
    public bool Wants(long timestamp) => _versionsLeft > 0 && timestamp >= minTimestamp && timestamp < maxTimestamp;

    /// <summary>The next cell that is wanted.</summary>
    public void Add(Cell cell)
    {
        if (filter is not null)
        {
            var verdict = filter.Judge(cell);
            if (verdict.Step != Step.Cell) _versionsLeft = 0;
            if (verdict.Step == Step.Family) _skipped = _family;
            if (!verdict.Includes) return;
            cell = filter.Transform(cell);
        }

        _versionsLeft--;
        (_cells ??= []).Add(cell);
    }

    /// <summary>The row's cells; null when none is left.</summary>
    public List<Cell>? EndRow() => _cells is not null && (filter is null || filter.EndRow()) ? _cells : null;
}
