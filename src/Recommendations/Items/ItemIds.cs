namespace Recommendations.Items;

/// <summary>
/// The ids that an item's sessions name, each kept once, under a number of two bytes. At most 500 sessions × 50 items
/// and one session more: they fit. An id that no session names any more is let go. A hash table of one array, as there
/// is one an item and every change of an old object is looked through by the collector.
/// </summary>
internal sealed class ItemIds
{
    private const int None = -1;

    private Slot[] _slots = []; // a power of two
    private int _used; // slots that have been used
    private int _free = None; // the first of the chain of those that are free again

    /// <summary>Every number is below this.</summary>
    public int Count => _used;

    /// <summary>The id's number; it is used once more.</summary>
    public ushort Add(string text)
    {
        var id = new ItemId(text);
        var number = Find(id);
        if (number == None)
            number = Insert(id);
        _slots[number].Uses++;
        return (ushort)number;
    }

    public void Remove(ReadOnlySpan<ushort> numbers)
    {
        foreach (var number in numbers)
        {
            if (--_slots[number].Uses == 0)
                Free(number);
        }
    }

    /// <summary>Each at its number; what is at others has no text. The array is the one given if it has room.</summary>
    public void CopyTo(ref ItemId[] ids)
    {
        if (ids.Length < _used)
            ids = new ItemId[_slots.Length];
        for (var i = 0; i < _used; i++)
            ids[i] = _slots[i].Id;
    }

    private int Find(ItemId id)
    {
        if (_slots.Length == 0)
            return None;
        var number = Head(id);
        while (number != None && !_slots[number].Id.Equals(id))
            number = _slots[number].Next;
        return number;
    }

    private int Insert(ItemId id)
    {
        var number = _free;
        if (number != None)
            _free = _slots[number].Next;
        else if (_used == _slots.Length)
            Grow();
        if (number == None)
            number = _used++;
        ref var slot = ref _slots[number];
        ref var head = ref Head(id);
        (slot.Id, slot.Uses, slot.Next) = (id, 0, head);
        head = number;
        return number;
    }

    private void Free(int number)
    {
        ref var link = ref Head(_slots[number].Id);
        while (link != number)
            link = ref _slots[link].Next;
        ref var slot = ref _slots[number];
        link = slot.Next;
        (slot.Id, slot.Next) = (default, _free);
        _free = number;
    }

    private void Grow()
    {
        Array.Resize(ref _slots, Math.Max(8, 2 * _slots.Length));
        foreach (ref var slot in _slots.AsSpan())
            slot.Head = None;
        for (var i = 0; i < _used; i++) // none is free
        {
            ref var head = ref Head(_slots[i].Id);
            _slots[i].Next = head;
            head = i;
        }
    }

    private ref int Head(ItemId id) => ref _slots[id.GetHashCode() & (_slots.Length - 1)].Head;

    private struct Slot
    {
        public ItemId Id;
        public int Uses;
        public int Next; // in its chain
        public int Head; // the first slot of the chain of those whose hash is this place
    }
}
