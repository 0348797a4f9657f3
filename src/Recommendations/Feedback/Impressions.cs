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
    public const int MaxLists = ShownLists.MaxLists;

    /// <summary>Items of a list that are remembered; those behind are not counted as shown either.</summary>
    public const int MaxItems = ShownLists.MaxItems;

    /// <summary>
    /// How long before its list a click may be, ms: it is timed by another clock, which may know whole seconds only.
    /// </summary>
    public const long Tolerance = 1000;

    private ShownLists _lists = new();

    /// <summary>The number of the last notice of clicks; 0: there was none.</summary>
    public long Notices { get; private set; }

    /// <summary>Remembers a list and answers what to count.</summary>
    /// <param name="time">Unix milliseconds.</param>
    public IReadOnlyList<FeedbackEvent> Show(string variant, ReadOnlySpan<ShownItem> items, long time)
    {
        items = items[..Math.Min(items.Length, MaxItems)];
        var counts = ShownItem.CountByMethod(items);
        _lists.Add(variant, time, items, counts);
        var events = new FeedbackEvent[counts.Count + 1];
        events[0] = new(variant, FeedbackEvent.AllMethods, time, new(1, 0, items.Length, 0));
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
        if (_lists.Click(item, time + Tolerance) is not { } events)
            return null;
        Notices = Notices == 0 ? Math.Max(1, first) : Notices + 1;
        return new(source, Notices, events);
    }

    /// <summary>Drops the lists that were shown before that time, Unix milliseconds.</summary>
    public void Expire(long before) => _lists.Expire(before);

    public void Clear()
    {
        _lists.Clear();
        Notices = 0;
    }

    /// <summary>Notices · lists, oldest first.</summary>
    internal void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)Notices);
        _lists.Write(ref writer);
    }

    internal static Impressions Read(ref ByteReader reader) =>
        new() { Notices = (long)reader.Unsigned(), _lists = ShownLists.Read(ref reader) };
}
