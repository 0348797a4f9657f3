using HBase.Client.Routing;

namespace HBase.Client.Scanning;

/// <summary>How far a scan has come: where it goes on, whatever happened to the scanner that it had.</summary>
internal sealed class ScanPosition(Scan scan)
{
    private bool _hasEnded;

    /// <summary>The key to go on from; empty = from the table's start, or its end when reversed.</summary>
    public ReadOnlyMemory<byte> Next { get; private set; } = scan.StartRow;

    public bool IncludeNext { get; private set; } = scan.IncludeStartRow;

    /// <summary>The next rows are in the region before that of <see cref="Next"/>.</summary>
    public bool IsBeforeRegion { get; private set; } = scan.Reversed && scan.StartRow.IsEmpty;

    /// <summary>Rows that the consumer still wants; 0 = no limit.</summary>
    public int Remaining { get; private set; } = scan.Limit;

    public bool IsDone => _hasEnded || IsBehindStop();

    /// <summary>Goes behind the rows, and drops those above the limit.</summary>
    public void Pass(List<Row> rows)
    {
        if (rows.Count == 0) return;
        if (scan.Limit > 0)
        {
            if (rows.Count >= Remaining) _hasEnded = true;
            if (rows.Count > Remaining) rows.RemoveRange(Remaining, rows.Count - Remaining);
            Remaining -= rows.Count;
        }

        (Next, IncludeNext, IsBeforeRegion) = (rows[^1].Key, false, false);
    }

    /// <summary>Goes behind the region, or before it when reversed.</summary>
    public void PassRegion(Region region)
    {
        var edge = scan.Reversed ? region.StartKey : region.EndKey;
        (Next, IncludeNext, IsBeforeRegion) = (edge, !scan.Reversed, scan.Reversed);
        if (edge.IsEmpty) _hasEnded = true;
    }

    public void End() => _hasEnded = true;

    private bool IsBehindStop()
    {
        if (scan.StopRow.IsEmpty || (scan.Reversed && Next.IsEmpty)) return false;
        var order = Next.Span.SequenceCompareTo(scan.StopRow.Span);
        if (order == 0) return !(IncludeNext && scan.IncludeStopRow);
        return scan.Reversed ? order < 0 : order > 0;
    }
}
