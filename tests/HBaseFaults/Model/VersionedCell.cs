namespace HBaseFaults.Model;

/// <summary>
/// A cell each of whose changes has a number above those before. Either the number is the change's timestamp, or its condition
/// is the change before: so a change whose outcome is unknown may show late, but no more after one above it is acknowledged.
/// </summary>
internal sealed class VersionedCell
{
    private readonly SortedDictionary<long, bool> _unknown = [];
    private bool _isDeleted = true;
    private long _last;

    /// <summary>The newest change that is acknowledged or was seen; 0: none.</summary>
    public long Known { get; private set; }

    /// <summary>What is there as far as is known: a change's number; null: nothing.</summary>
    public long? Current => _isDeleted ? null : Known;

    public bool HasUnknown => _unknown.Count > 0;

    /// <summary>The number of the next change.</summary>
    public long Next() => ++_last;

    public void Done(long change, bool isDelete)
    {
        (Known, _isDeleted) = (change, isDelete);
        while (_unknown.Count > 0 && _unknown.First().Key <= change) _unknown.Remove(_unknown.First().Key);
    }

    public void MayBeDone(long change, bool isDelete) => _unknown.Add(change, isDelete);

    /// <param name="seen">The change that a read showed; null: nothing is there.</param>
    public Verdict See(long? seen)
    {
        if (seen == Current) return Verdict.Right;
        foreach (var (change, isDelete) in _unknown)
        {
            if (seen != (isDelete ? null : change)) continue;
            Done(change, isDelete);
            return Verdict.Right;
        }

        return seen is null || seen < Known ? Verdict.Lost : Verdict.Wrong;
    }
}
