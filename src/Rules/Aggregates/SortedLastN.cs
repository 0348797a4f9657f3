using Rules.Codec;
using Rules.Engine;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// Quantile and number of different values of the last n: exact, for all are there, also in the order of their size. A
/// sample costs O(log n) and a move of at most 8 n bytes.
/// </summary>
internal sealed class SortedLastN(AggregateSpec spec) : Aggregate
{
    private readonly AggregateSpec _spec = spec;
    private readonly bool _isDistinct = spec.Function == AggregateFunction.Distinct;
    private SampleRing _samples = new(spec.Window.Count);
    private SortedCells _sorted;
    private int _distinct;

    public override int MaxBytes => SampleRing.MaxBytes(_spec.Window.Count);

    public override double Value(RuleClock clock) => _samples.Count == 0 ? double.NaN
        : _isDistinct ? _distinct
        : Finite(Quantiles.Of(_sorted.Used, _spec.Parameter));

    public override void Write(ref ByteWriter writer) => _samples.Write(ref writer);

    public override void Read(ref ByteReader reader)
    {
        _samples.Read(ref reader);
        _sorted.Truncate(0);
        _distinct = 0;
        for (var i = 0; i < _samples.Count; i++)
            Sort(_samples.Bits(i));
    }

    protected override bool Insert(in Sample sample, RuleClock clock)
    {
        if (_samples.IsFull)
        {
            if (sample.Time < _samples.Time(0))
                return false;
            var oldest = _samples.Bits(0);
            _samples.RemoveOldest();
            _sorted.RemoveAt(_sorted.From(oldest));
            if (!IsThere(oldest))
                _distinct--;
        }

        var bits = _isDistinct ? sample.Hash : Quantiles.Sortable(sample.Number);
        _samples.Insert(sample.Time, bits);
        Sort(bits);
        return true;
    }

    private void Sort(ulong bits)
    {
        if (!IsThere(bits))
            _distinct++;
        _sorted.Insert(_sorted.From(bits), bits, _spec.Window.Count);
    }

    private bool IsThere(ulong bits) => _sorted.From(bits) is var at && at < _sorted.Count && _sorted.Used[at] == bits;
}
