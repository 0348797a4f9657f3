using System.Collections.Concurrent;
using Microsoft.Extensions.ObjectPool;
using Recommendations.Items;

namespace Grains.Recommending;

/// <summary>
/// The items that are active in this silo: a query reads their sessions without a call. Safe from any thread.
/// </summary>
internal sealed class ActiveItems
{
    // A query has some ten at a time.
    private readonly DefaultObjectPool<ItemSessions> _copies = new(new DefaultPooledObjectPolicy<ItemSessions>(), 64);
    private readonly ConcurrentDictionary<string, ItemState> _items = new(StringComparer.Ordinal);

    /// <summary>
    /// A copy of an item's sessions as of now, the caller's until it is given back; none if the item is not active here.
    /// </summary>
    public ItemSessions? Rent(string item)
    {
        if (!_items.TryGetValue(item, out var state)) return null;
        var sessions = _copies.Get();
        state.CopyTo(sessions);
        return sessions;
    }

    /// <summary>Whoever had it does not look at it any more.</summary>
    public void Return(ItemSessions sessions) => _copies.Return(sessions);

    public void Add(ItemState item) => _items[item.Item] = item;

    /// <summary>Another activation's state of the item stays.</summary>
    public void Remove(ItemState item) => _items.TryRemove(new(item.Item, item));
}
