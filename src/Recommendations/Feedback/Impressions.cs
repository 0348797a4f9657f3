using Rules.Codec;

namespace Recommendations.Feedback;

/// <summary>An item that was shown, and the method that found it.</summary>
public readonly record struct ShownItem(string Item, string Method)
{
    /// <summary>How many of each method; of these there are few.</summary>
    public static IReadOnlyList<(string Method, int Count)> CountByMethod(ReadOnlySpan<ShownItem> items)
    {
        var counts = new List<(string Method, int Count)>();
        foreach (var item in items)
        {
            var at = 0;
            while (at < counts.Count && counts[at].Method != item.Method)
                at++;
            if (at == counts.Count)
                counts.Add((item.Method, 1));
            else
                counts[at] = (item.Method, counts[at].Count + 1);
        }

        return counts;
    }
}

/// <summary>
/// What a visitor was shown lately: the newest <see cref="MaxLists"/> lists. A click counts for the newest list with the item
/// that was shown no longer than the window before it; once a list and item.
/// </summary>
public sealed class Impressions
{
    public const int MaxLists = 20;

    /// <summary>Items of a list that are remembered; those behind are not counted as shown either.</summary>
    public const int MaxItems = 100;

    /// <summary>
    /// How long before its list a click may be, ms: it is timed by another clock, which may know whole seconds only.
    /// </summary>
    public const long Tolerance = 1000;

    private readonly List<Shown> _lists = []; // oldest first

    /// <summary>The number of the last notice of clicks; 0: there was none.</summary>
    public long Notices { get; private set; }

    /// <summary>Remembers a list and answers what to count.</summary>
    /// <param name="time">Unix milliseconds.</param>
    /// <param name="items">The list's own from now on.</param>
    public IReadOnlyList<FeedbackEvent> Show(string variant, ShownItem[] items, long time)
    {
        var shown = new Shown(variant, time, items.Length <= MaxItems ? items : items[..MaxItems]);
        var at = _lists.Count;
        while (at > 0 && _lists[at - 1].Time > time)
            at--;
        _lists.Insert(at, shown);
        if (_lists.Count > MaxLists)
            _lists.RemoveAt(0);
        var counts = ShownItem.CountByMethod(shown.Items);
        var events = new FeedbackEvent[counts.Count + 1];
        events[0] = new(variant, FeedbackEvent.AllMethods, time, new(1, 0, shown.Items.Length, 0));
        for (var i = 0; i < counts.Count; i++)
            events[i + 1] = new(variant, counts[i].Method, time, new(1, 0, counts[i].Count, 0));
        return events;
    }

    /// <summary>Answers what to count, as the visitor's next notice; none if the item was not shown within the window.</summary>
    /// <param name="source">The visitor.</param>
    /// <param name="time">Unix milliseconds.</param>
    /// <param name="first">The number of the first notice, if this is it: higher than those before the visitor was forgotten.</param>
    public FeedbackNotice? Click(ulong source, string item, long time, TimeSpan window, long first)
    {
        Expire(time - (long)window.TotalMilliseconds);
        var (list, clicked) = Find(item, time + Tolerance);
        if (list is null || list.IsClicked(clicked))
            return null;
        var method = list.Items[clicked].Method;
        var isFirst = list.Clicked == 0;
        var isFirstOfMethod = !list.Items.Where((known, at) => known.Method == method && list.IsClicked(at)).Any();
        list.Click(clicked);
        Notices = Notices == 0 ? Math.Max(1, first) : Notices + 1;
        return new(source, Notices,
        [
            new(list.Variant, FeedbackEvent.AllMethods, list.Time, new(0, isFirst ? 1 : 0, 0, 1)),
            new(list.Variant, method, list.Time, new(0, isFirstOfMethod ? 1 : 0, 0, 1)),
        ]);
    }

    /// <summary>Drops the lists that were shown before that time, Unix milliseconds.</summary>
    public void Expire(long before)
    {
        var old = 0;
        while (old < _lists.Count && _lists[old].Time < before)
            old++;
        _lists.RemoveRange(0, old);
    }

    /// <summary>The newest list with the item that is not newer than that, and its place there; no list: there is none.</summary>
    private (Shown? List, int Place) Find(string item, long latest)
    {
        for (var at = _lists.Count - 1; at >= 0; at--)
        {
            if (_lists[at].Time <= latest && _lists[at].Find(item) is >= 0 and var place)
                return (_lists[at], place);
        }

        return default;
    }

    public void Clear()
    {
        _lists.Clear();
        Notices = 0;
    }

    /// <summary>
    /// Notices · lists, oldest first: variant · time · methods · items, each with the place of its method, doubled, plus 1 if it
    /// was clicked.
    /// </summary>
    internal void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)Notices);
        writer.Unsigned((ulong)_lists.Count);
        foreach (var list in _lists)
        {
            writer.Text(list.Variant);
            writer.Signed(list.Time);
            string[] methods = [.. list.Items.Select(static item => item.Method).Distinct()];
            writer.Unsigned((ulong)methods.Length);
            foreach (var method in methods)
                writer.Text(method);
            writer.Unsigned((ulong)list.Items.Length);
            for (var i = 0; i < list.Items.Length; i++)
            {
                writer.Text(list.Items[i].Item);
                writer.Unsigned((ulong)((2 * Array.IndexOf(methods, list.Items[i].Method)) + (list.IsClicked(i) ? 1 : 0)));
            }
        }
    }

    internal static Impressions Read(ref ByteReader reader)
    {
        var state = new Impressions { Notices = (long)reader.Unsigned() };
        for (var lists = reader.Below(MaxLists + 1, "The number of lists"); lists > 0; lists--)
        {
            var (variant, time) = (reader.Text(), reader.Signed());
            var methods = new string[reader.Below(MaxItems + 1, "The number of a list's methods")];
            for (var i = 0; i < methods.Length; i++)
                methods[i] = reader.Text();
            var shown = new Shown(variant, time, new ShownItem[reader.Below(MaxItems + 1, "The number of a list's items")]);
            for (var i = 0; i < shown.Items.Length; i++)
            {
                var item = reader.Text();
                var how = reader.Below(2 * methods.Length, "How an item was shown");
                shown.Items[i] = new(item, methods[how / 2]);
                if (how % 2 == 1)
                    shown.Click(i);
            }

            state._lists.Add(shown);
        }

        return state;
    }

    /// <summary>A list, and which of its items were clicked: they are many, so each is two objects.</summary>
    private sealed class Shown(string variant, long time, ShownItem[] items)
    {
        public string Variant => variant;

        public long Time => time;

        public ShownItem[] Items => items;

        /// <summary>A bit an item; there are no more than <see cref="MaxItems"/>.</summary>
        public UInt128 Clicked { get; private set; }

        public bool IsClicked(int at) => (Clicked >> at & 1) == 1;

        public void Click(int at) => Clicked |= UInt128.One << at;

        public int Find(string item)
        {
            for (var at = 0; at < items.Length; at++)
            {
                if (items[at].Item == item)
                    return at;
            }

            return -1;
        }
    }
}
