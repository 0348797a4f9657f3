namespace HBaseFaults.Model;

/// <summary>
/// A cell that is put with the server's time: the last acknowledged change is there, or any whose outcome is unknown, for that
/// may be stamped late.
/// </summary>
internal sealed class StampedCell
{
    private readonly HashSet<long> _unknown = [];
    private long _last;
    private long _known;

    public long Next() => ++_last;

    public void Done(long change) => _known = change;

    public void MayBeDone(long change) => _unknown.Add(change);

    /// <param name="seen">The change that a read showed; 0: nothing is there.</param>
    public Verdict See(long seen)
    {
        if (seen == _known) return Verdict.Right;
        if (!_unknown.Contains(seen)) return seen < _known ? Verdict.Lost : Verdict.Wrong;
        _known = seen;
        return Verdict.Right;
    }
}
