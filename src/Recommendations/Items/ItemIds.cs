namespace Recommendations.Items;

/// <summary>
/// The ids that an item's sessions name, each kept once, under a number of two bytes. At most 500 sessions × 50 items
/// and one session more: they fit. An id that no session names any more is let go.
/// </summary>
internal sealed class ItemIds
{
    private readonly Dictionary<ItemId, ushort> _numbers = [];
    private readonly List<ItemId> _ids = []; // one without a text is free
    private readonly List<int> _uses = [];
    private readonly Stack<ushort> _free = new();

    public ushort[] Add(IReadOnlyList<string> ids)
    {
        var numbers = new ushort[ids.Count];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = Add(ids[i]);
        return numbers;
    }

    public void Remove(ushort[] numbers)
    {
        foreach (var number in numbers)
        {
            if (--_uses[number] > 0)
                continue;
            _numbers.Remove(_ids[number]);
            _ids[number] = default;
            _free.Push(number);
        }
    }

    public ItemId[] ToArray() => [.. _ids];

    private ushort Add(string text)
    {
        var id = new ItemId(text);
        if (!_numbers.TryGetValue(id, out var number))
        {
            if (!_free.TryPop(out number))
            {
                number = checked((ushort)_ids.Count);
                _ids.Add(default);
                _uses.Add(0);
            }

            _ids[number] = id;
            _numbers.Add(id, number);
        }

        _uses[number]++;
        return number;
    }
}
