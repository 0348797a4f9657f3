using Rules.Codec;
using Rules.Engine;

namespace Rules.Aggregates;

/// <summary>
/// A sliding, tumbling or hopping window. Its value is that of its last pane merged to the fold of the panes before it.
/// That fold is kept: it grows by the panes that end, and is made anew when its first pane leaves or a late sample
/// changes one of its panes, always in the order of the panes; so its bits do not depend on when it was made, and it
/// need not be written. Where bits do not depend on the order, late samples are added to the fold, and what leaves is
/// taken out if that can be done.
/// </summary>
internal sealed class PaneWindow<T>(PaneLayout layout) : Aggregate
    where T : struct, IAccumulator<T>
{
    private PaneList<T> _panes;
    private PaneCursor _sampleAt;
    private PaneCursor _endAt;

    /// <summary>
    /// The pane of the first sample there ever was: no window before it has a value, not even a count of 0.
    /// </summary>
    private long _since = long.MaxValue;

    /// <summary>The last pane of the window that what follows is of.</summary>
    private long _end = long.MinValue;
    private T _fold = new();
    private int _folded;
    private long _firstFolded;
    private bool _isFolded;
    private T _total = new();
    private bool _isTotal;
    private double _value;
    private bool _isValue;

    public override int MaxBytes => 2 + 9 + layout.MostKept * (9 + T.MaxBytes);

    public override double Value(RuleClock clock)
    {
        var end = EndOf(clock);
        if (end != _end)
        {
            _end = end;
            _isFolded = _isTotal = _isValue = false;
        }

        if (_isValue)
            return _value;
        if (!_isTotal)
            MakeTotal();
        _isValue = true;
        return _value = layout.IsComplete && end < _since ? double.NaN : Finite(_total.Result(layout.Spec));
    }

    public override long NextChange(RuleClock clock)
    {
        var end = EndOf(clock);
        var next = long.MaxValue;
        var first = _panes.From(end - layout.Before);
        if (first < _panes.Count && _panes[first].Number <= end)
            next = TimeOfEnd(_panes[first].Number + layout.Before + 1);
        var entering = _panes.From(end + 1);
        return entering < _panes.Count ? Math.Min(next, TimeOfEnd(_panes[entering].Number)) : next;
    }

    /// <summary>
    /// The number of panes, the first pane there ever was, and of each pane its distance from the one before and its
    /// value.
    /// </summary>
    public override void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)_panes.Count);
        if (_panes.Count == 0)
            return;
        writer.Signed(_since);
        var previous = _since;
        for (var i = 0; i < _panes.Count; i++)
        {
            ref var pane = ref _panes[i];
            writer.Unsigned((ulong)(pane.Number - previous));
            pane.Value.Write(ref writer);
            previous = pane.Number;
        }
    }

    public override void Read(ref ByteReader reader)
    {
        _panes.Clear();
        (_since, _end) = (long.MaxValue, long.MinValue);
        Unfold();
        var count = StateReader.Length(ref reader, 2, PaneLayout.MostOfAny);
        if (count == 0)
            return;
        var number = _since = layout.Checked(reader.Signed());
        for (var i = 0; i < count; i++)
        {
            var distance = reader.Unsigned();
            if (distance > 2 * (ulong)layout.FarthestPane || (distance == 0 && i > 0))
                throw new InvalidDataException($"Pane {i} cannot be {distance} after the one before.");
            number = layout.Checked(number + (long)distance);
            _panes.Insert(i, number, count).Value.Read(ref reader);
        }
    }

    protected override bool Insert(in Sample sample, RuleClock clock)
    {
        var number = _sampleAt.PaneOf(sample.Time, layout);
        var oldest = EndOf(clock) - layout.Before;
        if (number < oldest)
            return false;
        var newest = _panes.Count - 1;
        if (newest < 0 || _panes[newest].Number != number)
            return AddElsewhere(number, oldest, sample);
        if (_panes[newest].Value.Add(sample))
            Changed(number, sample, isNew: false);
        return true;
    }

    private bool AddElsewhere(long number, long oldest, in Sample sample)
    {
        Shrink(oldest);
        _panes.DropBefore(oldest);
        var at = _panes.From(number);
        var isNew = at == _panes.Count || _panes[at].Number != number;
        if (isNew)
        {
            if (_panes.Count >= layout.MostKept)
            {
                if (at == 0)
                    return false;
                _panes.DropFirst();
                Unfold();
                at--;
            }

            _panes.Insert(at, number, layout.MostKept);
            _since = Math.Min(_since, number);
        }

        if (_panes[at].Value.Add(sample))
            Changed(number, sample, isNew);
        return true;
    }

    private void Changed(long number, in Sample sample, bool isNew)
    {
        if (number > _end || number < _end - layout.Before)
            return;
        if (number < _end)
        {
            if (!T.IsOrderFree || !_isFolded)
            {
                Unfold();
                return;
            }

            _fold.Add(sample);
            if (isNew)
                _firstFolded = _folded++ == 0 ? number : Math.Min(_firstFolded, number);
        }

        _isTotal = T.IsOrderFree && _isTotal;
        _isValue &= _isTotal && !_total.Add(sample);
    }

    /// <summary>Takes out of the fold the panes before that one; they must still be there.</summary>
    private void Shrink(long oldest)
    {
        if (_folded == 0 || _firstFolded >= oldest)
            return;
        var at = _panes.From(_firstFolded);
        for (; _folded > 0 && _panes[at].Number < oldest; at++, _folded--)
            if (!T.TrySubtract(ref _fold, _panes[at].Value))
            {
                Unfold();
                return;
            }

        if (_folded > 0)
            _firstFolded = _panes[at].Number;
        _isFolded = _isTotal = _isValue = false;
    }

    private void Unfold()
    {
        _folded = 0;
        _isFolded = _isTotal = _isValue = false;
    }

    private void MakeTotal()
    {
        if (!_isFolded)
            Fold();
        _total.Clear();
        _total.Merge(_fold);
        var last = _panes.From(_end);
        if (last < _panes.Count && _panes[last].Number == _end)
            _total.Merge(_panes[last].Value);
        _isTotal = true;
    }

    private void Fold()
    {
        Shrink(_end - layout.Before);
        var first = _panes.From(_end - layout.Before);
        var last = _panes.From(_end);
        if (_folded == 0 || _folded > last - first || _panes[first].Number != _firstFolded)
        {
            _fold.Clear();
            _folded = 0;
        }

        // A copy can be in registers. It is put back at once, so that none of two owns an array.
        var fold = _fold;
        for (var i = first + _folded; i < last;)
        {
            var run = _panes.Run(i, last);
            foreach (ref var pane in run)
                fold.Merge(pane.Value);
            i += run.Length;
        }

        _fold = fold;
        _folded = last - first;
        if (_folded > 0)
            _firstFolded = _panes[first].Number;
        _isFolded = true;
    }

    private long EndOf(RuleClock clock)
    {
        var time = Math.Max(layout.IsComplete ? clock.Watermark : clock.Now, -FarthestTime);
        return _endAt.PaneOf(time - layout.Offset, layout) - layout.Lag;
    }

    /// <summary>The time, of the clock that the window goes by, from which that pane is its last.</summary>
    private long TimeOfEnd(long pane) => layout.Start(pane + layout.Lag) + layout.Offset;
}
