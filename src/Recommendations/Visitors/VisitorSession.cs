using Recommendations.Items;

namespace Recommendations.Visitors;

/// <summary>
/// A session that a visitor remembers: its newest distinct items, which are just those that were told of it.
/// </summary>
internal sealed class VisitorSession(SessionKey key, bool named, long start)
{
    public SessionKey Key { get; } = key;

    /// <summary>Its interactions name it; else it is cut by inactivity.</summary>
    public bool Named { get; } = named;

    public long Start { get; set; } = start;

    public long Last { get; set; } = start;

    /// <summary>The number of its interactions.</summary>
    public int Version { get; set; }

    /// <summary>In order of their last interaction, at most <see cref="ItemNotice.MaxItems"/>.</summary>
    public List<SessionItem> Items { get; } = [];

    /// <summary>Whether an interaction without a session's name belongs here.</summary>
    public bool Reaches(long time, long gap) => !Named && time >= Start - gap && time <= Last + gap;

    /// <summary>Answers whether the item is new among them, and which item had to leave for it.</summary>
    public (bool IsNew, string? Left) Add(in Interaction interaction)
    {
        Version++;
        Start = Math.Min(Start, interaction.Time);
        Last = Math.Max(Last, interaction.Time);
        var item = interaction.Item;
        var at = Items.Count - 1;
        while (at >= 0 && Items[at].Item != item)
            at--;
        var kind = interaction.Kind;
        if (at >= 0)
        {
            kind = (InteractionKind)Math.Max((byte)kind, (byte)Items[at].Strongest);
            Items.RemoveAt(at);
        }

        Items.Add(new(item, kind));
        if (Items.Count <= ItemNotice.MaxItems)
            return (at < 0, null);
        var left = Items[0].Item;
        Items.RemoveAt(0);
        return (true, left);
    }

    /// <summary>Tells each item the items so far.</summary>
    public void Tell(List<ItemNotice> notices)
    {
        var items = new string[Items.Count];
        for (var i = 0; i < items.Length; i++)
            items[i] = Items[i].Item;
        notices.EnsureCapacity(notices.Count + items.Length);
        foreach (var item in items)
            notices.Add(new(item, Key, Last, Version, items));
    }

    /// <summary>Tells each item to forget the session for good.</summary>
    public void TellForgotten(List<ItemNotice> notices)
    {
        foreach (var item in Items)
            notices.Add(new(item.Item, Key, Last, ItemNotice.Forgotten, []));
    }
}
