namespace Rules.Aggregates;

internal struct Pane<T>
{
    public long Number;
    public T Value;
}

/// <summary>
/// The panes that are not empty, by number: a ring that grows on demand, so that an entity with few events has few
/// panes. A slot that becomes free keeps what arrays its value owns, for the next pane in it.
/// </summary>
internal struct PaneList<T>
    where T : struct, IAccumulator<T>
{
    private Pane<T>[]? _slots;
    private int _head;

    public int Count { get; private set; }

    public readonly ref Pane<T> this[int index]
    {
        get
        {
            var at = _head + index;
            return ref _slots![at < _slots.Length ? at : at - _slots.Length];
        }
    }

    /// <summary>The index of the first pane that is not before that number.</summary>
    public readonly int From(long number)
    {
        if (Count == 0 || this[Count - 1].Number < number)
            return Count;
        var (low, high) = (0, Count - 1);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (this[middle].Number < number)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>Panes from that index on that lie side by side, at least one, up to that other index.</summary>
    public readonly Span<Pane<T>> Run(int from, int to)
    {
        var at = _head + from < _slots!.Length ? _head + from : _head + from - _slots.Length;
        return _slots.AsSpan(at, Math.Min(to - from, _slots.Length - at));
    }

    public void DropBefore(long number)
    {
        while (Count > 0 && this[0].Number < number)
            DropFirst();
    }

    public void DropFirst()
    {
        _head = _head + 1 < _slots!.Length ? _head + 1 : 0;
        Count--;
    }

    public void Clear() => Count = 0;

    /// <summary>Puts an empty pane at that index, moving up those from there on.</summary>
    public ref Pane<T> Insert(int index, long number, int most)
    {
        if (_slots is null || Count == _slots.Length)
            Grow(most);
        var free = this[Count];
        for (var i = Count; i > index; i--)
            this[i] = this[i - 1];
        Count++;
        ref var pane = ref this[index];
        pane = free;
        pane.Number = number;
        pane.Value.Clear();
        return ref pane;
    }

    private void Grow(int most)
    {
        var slots = new Pane<T>[Math.Max(Count + 1, Math.Min(most, Count * 2))];
        for (var i = 0; i < Count; i++)
            slots[i] = this[i];
        (_slots, _head) = (slots, 0);
    }
}
