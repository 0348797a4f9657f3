using System.Collections.Concurrent;
using Recommendations.Items;

namespace Grains.Recommending;

/// <summary>
/// The items that are active in this silo: a query reads their sessions without a call. Safe from any thread.
/// </summary>
internal sealed class ActiveItems
{
    private readonly ConcurrentDictionary<string, ItemState> _items = new(StringComparer.Ordinal);

    /// <summary>An item's sessions as of now; none if the item is not active here.</summary>
    public ItemSessions? Find(string item) => _items.GetValueOrDefault(item)?.Sessions();

    public void Add(ItemState item) => _items[item.Item] = item;

    /// <summary>Another activation's state of the item stays.</summary>
    public void Remove(ItemState item) => _items.TryRemove(new(item.Item, item));
}
