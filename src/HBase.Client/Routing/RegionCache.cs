namespace HBase.Client.Routing;

/// <summary>
/// The known regions of one table by start key. Keyed by start key and not by region name: in names the ',' after the table
/// sorts above the bytes 0x00 to 0x2B, so they order differently than the keys. Readers take no lock.
/// </summary>
internal sealed class RegionCache
{
    // Guards replacing _regions; the array itself is never changed.
    private readonly Lock _lock = new();
    private Region[] _regions = [];

    public int Count => Volatile.Read(ref _regions).Length;

    /// <summary>The region that holds the row, if it is known.</summary>
    public Region? Find(ReadOnlySpan<byte> row)
    {
        var regions = Volatile.Read(ref _regions);
        var at = LastStartingAtOrBefore(regions, row);
        return at >= 0 && regions[at].Contains(row) ? regions[at] : null;
    }

    /// <summary>
    /// The region that holds the keys right before the row, or the last one when the row is empty, if it is known.
    /// </summary>
    public Region? FindBefore(ReadOnlySpan<byte> row)
    {
        var regions = Volatile.Read(ref _regions);
        if (row.IsEmpty) return regions.Length > 0 && regions[^1].EndKey.IsEmpty ? regions[^1] : null;
        var at = LastStartingAtOrBefore(regions, row);
        if (at >= 0 && regions[at].StartKey.Span.SequenceEqual(row)) at--;
        return at >= 0 && (regions[at].EndKey.IsEmpty || row.SequenceCompareTo(regions[at].EndKey.Span) <= 0) ? regions[at] : null;
    }

    /// <summary>Adds a region as read from meta; regions that it overlaps go, unless one of them was made later.</summary>
    public void Add(Region region)
    {
        lock (_lock)
        {
            foreach (var other in _regions)
            {
                if (other.Id > region.Id && other.Overlaps(region)) return;
            }

            var kept = Array.FindAll(_regions, other => !other.Overlaps(region));
            var at = LastStartingAtOrBefore(kept, region.StartKey.Span) + 1;
            Volatile.Write(ref _regions, [.. kept.AsSpan(0, at), region, .. kept.AsSpan(at)]);
        }
    }

    /// <summary>Forgets exactly this object: a newer location of the same region stays. Whether it was known.</summary>
    public bool Remove(Region region) => Replace(region, null);

    /// <summary>The region is served elsewhere. Does nothing when the cache knows something newer than the old object.</summary>
    public bool Move(Region region, ServerAddress server) => Replace(region, region.At(server));

    public void Clear()
    {
        lock (_lock) Volatile.Write(ref _regions, []);
    }

    private static int LastStartingAtOrBefore(Region[] regions, ReadOnlySpan<byte> row)
    {
        var (low, high) = (0, regions.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (regions[middle].StartKey.Span.SequenceCompareTo(row) <= 0) low = middle + 1;
            else high = middle - 1;
        }

        return high;
    }

    private bool Replace(Region old, Region? replacement)
    {
        lock (_lock)
        {
            var at = Array.IndexOf(_regions, old);
            if (at < 0) return false;
            Region[] middle = replacement is null ? [] : [replacement];
            Volatile.Write(ref _regions, [.. _regions.AsSpan(0, at), .. middle, .. _regions.AsSpan(at + 1)]);
            return true;
        }
    }
}
