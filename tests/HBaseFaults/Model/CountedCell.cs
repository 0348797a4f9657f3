namespace HBaseFaults.Model;

/// <summary>A cell that is counted up by one: each acknowledged time once, each unknown one at most once.</summary>
internal sealed class CountedCell
{
    private long _known;
    private long _unknown;

    public void MayBeDone() => _unknown++;

    /// <param name="value">What the increment answered.</param>
    public Verdict Done(long value) => See(value, _known + 1);

    /// <param name="value">What a read showed; 0: nothing is there.</param>
    public Verdict See(long value) => See(value, _known);

    private Verdict See(long value, long least)
    {
        if (value < least) return Verdict.Lost;
        if (value > least + _unknown) return Verdict.Wrong;
        _unknown -= value - least;
        _known = value;
        return Verdict.Right;
    }
}
