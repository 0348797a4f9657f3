using Rules.Codec;
using Rules.Engine;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// The last n values. As a queue of two stacks: of the older ones (the front) what each and all of the front after it
/// come to, of the newer ones what they come to together; the value is the merger of the two. When the front is used
/// up, all become front: O(1) amortized without subtracting. A sample that is late costs O(n). Where the front ends is
/// part of the state, for the bits depend on it.
/// </summary>
internal sealed class LastN<T>(AggregateSpec spec) : Aggregate
    where T : struct, IAccumulator<T>
{
    private readonly AggregateSpec _spec = spec;
    private SampleRing _samples = new(spec.Window.Count);
    private int _front;

    /// <summary>At front - 1 - i what the front from its sample i on comes to.</summary>
    private T[] _frontTotals = [];
    private T _back;
    private double _value;
    private bool _isValue;

    public override int MaxBytes => 2 + SampleRing.MaxBytes(_spec.Window.Count);

    public override double Value(RuleClock clock)
    {
        if (_isValue)
            return _value;
        var total = _front > 0 ? _frontTotals[_front - 1] : default;
        total.Merge(_back);
        _isValue = true;
        return _value = Finite(total.Result(_spec));
    }

    public override void Write(ref ByteWriter writer)
    {
        _samples.Write(ref writer);
        writer.Unsigned((ulong)_front);
    }

    public override void Read(ref ByteReader reader)
    {
        _samples.Read(ref reader);
        var front = reader.Unsigned();
        if (front > (ulong)_samples.Count)
            throw new InvalidDataException($"A front of {front} of {_samples.Count} values.");
        SetFront((int)front, (int)front);
        MakeBack();
    }

    protected override bool Insert(in Sample sample, RuleClock clock)
    {
        if (_samples.IsFull)
        {
            if (sample.Time < _samples.Time(0))
                return false;
            RemoveOldest();
        }

        _isValue = false;
        var at = _samples.Insert(sample.Time, BitConverter.DoubleToUInt64Bits(sample.Number));
        if (at == _samples.Count - 1)
            _back.Add(sample);
        else if (at >= _front)
            MakeBack();
        else
            SetFront(_front + 1, at + 1);
        return true;
    }

    private void RemoveOldest()
    {
        if (_front == 0)
        {
            SetFront(_samples.Count, _samples.Count);
            MakeBack();
        }

        _samples.RemoveOldest();
        _front--;
    }

    /// <summary>Makes the totals of the front's first samples, those of its others being as they are.</summary>
    private void SetFront(int front, int changed)
    {
        if (_frontTotals.Length < front)
            _frontTotals = new T[_spec.Window.Count];
        _front = front;
        for (var i = changed - 1; i >= 0; i--)
        {
            var total = default(T);
            total.Add(At(i));
            if (i < front - 1)
                total.Merge(_frontTotals[front - 2 - i]);
            _frontTotals[front - 1 - i] = total;
        }
    }

    private void MakeBack()
    {
        _isValue = false;
        _back = default;
        for (var i = _front; i < _samples.Count; i++)
            _back.Add(At(i));
    }

    private Sample At(int index) => new(_samples.Time(index), BitConverter.UInt64BitsToDouble(_samples.Bits(index)), 0);
}
