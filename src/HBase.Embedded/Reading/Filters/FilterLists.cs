using HBase.Client;

namespace HBase.Embedded.Reading.Filters;

/// <summary>All must let through: the largest step of any counts, and who comes after a refusal is not asked.</summary>
internal sealed class AllState(FilterState[] filters) : FilterState
{
    public override bool IsDone => Array.Exists(filters, f => f.IsDone);

    public override bool StartRow(ReadOnlySpan<byte> row)
    {
        var passes = true;
        // Each must learn of the row.
        foreach (var filter in filters) passes &= !filter.IsDone && filter.StartRow(row);
        return passes;
    }

    public override Verdict Judge(in Cell cell)
    {
        var step = Step.Cell;
        foreach (var filter in filters)
        {
            if (filter.IsDone) return Verdict.SkipFamily;
            var verdict = filter.Judge(cell);
            if (verdict.Step > step) step = verdict.Step;
            if (!verdict.Includes) return new Verdict(false, step);
        }

        return new Verdict(true, step);
    }

    public override Cell Transform(Cell cell)
    {
        foreach (var filter in filters) cell = filter.Transform(cell);
        return cell;
    }

    public override bool EndRow() => Array.TrueForAll(filters, f => f.EndRow());
}

/// <summary>
/// One is enough: the smallest step of all counts. A filter that wanted a larger one is not asked until it is reached.
/// </summary>
internal sealed class AnyState(FilterState[] filters) : FilterState
{
    private readonly Verdict[] _last = new Verdict[filters.Length];
    private readonly Cell[] _cells = new Cell[filters.Length];

    public override bool IsDone => Array.TrueForAll(filters, f => f.IsDone);

    public override bool StartRow(ReadOnlySpan<byte> row)
    {
        var passes = false;
        for (var i = 0; i < filters.Length; i++)
        {
            passes |= !filters[i].IsDone && filters[i].StartRow(row);
            _last[i] = default;
        }

        return passes;
    }

    public override Verdict Judge(in Cell cell)
    {
        Verdict? merged = null;
        for (var i = 0; i < filters.Length; i++)
        {
            if (filters[i].IsDone)
            {
                _last[i] = default;
                continue;
            }

            var verdict = IsPassed(i, cell) ? _last[i] with { Includes = false } : filters[i].Judge(cell);
            (_last[i], _cells[i]) = (verdict, cell);
            merged = merged is not { } before
                ? verdict
                : new Verdict(before.Includes | verdict.Includes, verdict.Step < before.Step ? verdict.Step : before.Step);
        }

        return merged ?? Verdict.Skip;
    }

    public override Cell Transform(Cell cell)
    {
        for (var i = 0; i < filters.Length; i++)
        {
            if (_last[i].Includes) cell = filters[i].Transform(cell);
        }

        return cell;
    }

    public override bool EndRow() => Array.Exists(filters, f => f.EndRow());

    // Whether the filter's last answer goes beyond this cell.
    private bool IsPassed(int index, in Cell cell)
    {
        var step = _last[index].Step;
        return step != Step.Cell && cell.Family.Span.SequenceEqual(_cells[index].Family.Span)
            && (step == Step.Family || cell.Qualifier.Span.SequenceEqual(_cells[index].Qualifier.Span));
    }
}
