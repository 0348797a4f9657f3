using System.Collections.Concurrent;
using System.Text;

namespace Recommendations.Methods;

/// <summary>What the shop knows of an item.</summary>
/// <param name="Category">"" if it has none.</param>
/// <param name="Added">When it came into the catalogue, Unix milliseconds.</param>
/// <param name="Available">May be recommended.</param>
public sealed record CatalogueItem(string Item, string Category, long Added, bool Available = true)
{
    /// <summary>What rules may ask for.</summary>
    public IReadOnlyDictionary<string, object?> Attributes { get; init; } = new Dictionary<string, object?>();
}

/// <summary>Looks items up. Safe from any thread.</summary>
public interface ICatalogue
{
    /// <summary>None if the catalogue does not have it.</summary>
    CatalogueItem? Find(string item);

    /// <summary>An item's id from UTF-8: the catalogue's own string, if it has the item, which all who keep the id then share.</summary>
    string IdOf(ReadOnlySpan<byte> utf8);

    /// <summary>
    /// All items, the newest first, then by id. Whether one is available now, <see cref="Find"/> tells.
    /// </summary>
    IReadOnlyList<CatalogueItem> Newest { get; }
}

/// <summary>A catalogue in memory. Safe from any thread.</summary>
public sealed class Catalogue : ICatalogue
{
    private readonly ConcurrentDictionary<string, CatalogueItem> _items = new(StringComparer.Ordinal);
    private readonly Lock _change = new(); // guards _newest against a change while it is made
    private volatile CatalogueItem[]? _newest;

    public CatalogueItem? Find(string item) => _items.GetValueOrDefault(item);

    public string IdOf(ReadOnlySpan<byte> utf8)
    {
        Span<char> id = stackalloc char[Interaction.MaxIdLength];
        if (!Encoding.UTF8.TryGetChars(utf8, id, out var length))
            return Encoding.UTF8.GetString(utf8);
        return _items.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id[..length], out var known)
            ? known.Item
            : new string(id[..length]);
    }

    /// <summary>
    /// Made anew, O(n log n), after an item came, left, or changed its time or category; else as it was.
    /// </summary>
    public IReadOnlyList<CatalogueItem> Newest => _newest ?? Sort();

    public void Set(CatalogueItem item)
    {
        lock (_change)
        {
            if (Find(item.Item) is not { } known || known.Added != item.Added || known.Category != item.Category)
                _newest = null;
            _items[item.Item] = item;
        }
    }

    public void Remove(string item)
    {
        lock (_change)
        {
            if (_items.TryRemove(item, out _))
                _newest = null;
        }
    }

    private CatalogueItem[] Sort()
    {
        lock (_change)
        {
            return _newest ??=
                [.. _items.Values.OrderByDescending(static item => item.Added).ThenBy(static item => item.Item, StringComparer.Ordinal)];
        }
    }
}
