namespace Checkpointing;

/// <summary>A queue in one array whose items can be read by their place from the front. Gives a large array back when it is empty.</summary>
internal sealed class Ring<T>
{
    private const int KeptWhenEmpty = 16;

    private T[] _items = [];
    private int _front;

    public int Count { get; private set; }

    public ref T this[int index] => ref _items[(_front + index) & (_items.Length - 1)];

    public void Add(in T item)
    {
        if (Count == _items.Length)
            Grow();
        Count++;
        this[Count - 1] = item;
    }

    public void RemoveFirst()
    {
        _items[_front] = default!;
        _front = (_front + 1) & (_items.Length - 1);
        if (--Count == 0 && _items.Length > KeptWhenEmpty)
            Clear();
    }

    public void Clear()
    {
        _items = [];
        _front = 0;
        Count = 0;
    }

    private void Grow()
    {
        var larger = new T[Math.Max(4, _items.Length * 2)];
        var toEnd = Math.Min(Count, _items.Length - _front);
        Array.Copy(_items, _front, larger, 0, toEnd);
        Array.Copy(_items, 0, larger, toEnd, Count - toEnd);
        _items = larger;
        _front = 0;
    }
}
