using Rules.Codec;

namespace Recommendations.Feedback;

/// <summary>An item that was shown, and the method that found it.</summary>
public readonly record struct ShownItem(string Item, string Method);

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
    public IReadOnlyList<FeedbackEvent> Show(string variant, IReadOnlyList<ShownItem> items, long time)
    {
        var shown = new Shown(variant, time, [.. items.Take(MaxItems)], []);
        var at = _lists.Count;
        while (at > 0 && _lists[at - 1].Time > time)
            at--;
        _lists.Insert(at, shown);
        if (_lists.Count > MaxLists)
            _lists.RemoveAt(0);
        return
        [
            new(variant, FeedbackEvent.AllMethods, time, new(1, 0, shown.Items.Count, 0)),
            .. shown.Items
                .CountBy(static item => item.Method)
                .Select(method => new FeedbackEvent(variant, method.Key, time, new(1, 0, method.Value, 0))),
        ];
    }

    /// <summary>Answers what to count, as the visitor's next notice; none if the item was not shown within the window.</summary>
    /// <param name="source">The visitor.</param>
    /// <param name="time">Unix milliseconds.</param>
    /// <param name="first">The number of the first notice, if this is it: higher than those before the visitor was forgotten.</param>
    public FeedbackNotice? Click(ulong source, string item, long time, TimeSpan window, long first)
    {
        Expire(time - (long)window.TotalMilliseconds);
        var list = _lists.FindLast(shown => shown.Time <= time + Tolerance && shown.Items.Exists(known => known.Item == item));
        if (list is null || list.Clicked.Contains(item))
            return null;
        var method = list.Items.Find(known => known.Item == item).Method;
        var isFirst = list.Clicked.Count == 0;
        var isFirstOfMethod = !list.Items.Exists(known => known.Method == method && list.Clicked.Contains(known.Item));
        list.Clicked.Add(item);
        Notices = Notices == 0 ? Math.Max(1, first) : Notices + 1;
        return new(source, Notices,
        [
            new(list.Variant, FeedbackEvent.AllMethods, list.Time, new(0, isFirst ? 1 : 0, 0, 1)),
            new(list.Variant, method, list.Time, new(0, isFirstOfMethod ? 1 : 0, 0, 1)),
        ]);
    }

    /// <summary>Drops the lists that were shown before that time, Unix milliseconds.</summary>
    public void Expire(long before) => _lists.RemoveAll(list => list.Time < before);

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
        foreach (var (variant, time, items, clicked) in _lists)
        {
            writer.Text(variant);
            writer.Signed(time);
            string[] methods = [.. items.Select(static item => item.Method).Distinct()];
            writer.Unsigned((ulong)methods.Length);
            foreach (var method in methods)
                writer.Text(method);
            writer.Unsigned((ulong)items.Count);
            foreach (var (item, method) in items)
            {
                writer.Text(item);
                writer.Unsigned((ulong)((2 * Array.IndexOf(methods, method)) + (clicked.Contains(item) ? 1 : 0)));
            }
        }
    }

    internal static Impressions Read(ref ByteReader reader)
    {
        var state = new Impressions { Notices = (long)reader.Unsigned() };
        for (var lists = reader.Below(MaxLists + 1, "The number of lists"); lists > 0; lists--)
        {
            var shown = new Shown(reader.Text(), reader.Signed(), [], []);
            var methods = new string[reader.Below(MaxItems + 1, "The number of a list's methods")];
            for (var i = 0; i < methods.Length; i++)
                methods[i] = reader.Text();
            for (var items = reader.Below(MaxItems + 1, "The number of a list's items"); items > 0; items--)
            {
                var item = reader.Text();
                var how = reader.Below(2 * methods.Length, "How an item was shown");
                shown.Items.Add(new(item, methods[how / 2]));
                if (how % 2 == 1)
                    shown.Clicked.Add(item);
            }

            state._lists.Add(shown);
        }

        return state;
    }

    private sealed record Shown(string Variant, long Time, List<ShownItem> Items, HashSet<string> Clicked);
}
