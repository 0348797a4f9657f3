using System.Buffers;
using Rules.Codec;

namespace Recommendations.Feedback;

/// <summary>An item that was shown, and the method that found it.</summary>
public readonly record struct ShownItem(string Item, string Method);

/// <summary>
/// What a visitor was shown lately: the newest <see cref="MaxLists"/> lists. A click counts for the newest list with
/// the item that was shown no longer than the window before it; once a list and item.
/// </summary>
public sealed class Impressions
{
    public const int MaxLists = 20;

    /// <summary>Items of a list that are remembered; those behind are not counted as shown either.</summary>
    public const int MaxItems = 100;

    private const byte Format = 1;

    private readonly List<Shown> _lists = []; // oldest first

    /// <summary>Remembers a list and answers what to count.</summary>
    /// <param name="list">Its id; one that is known changes nothing.</param>
    /// <param name="time">Unix milliseconds.</param>
    public IReadOnlyList<FeedbackEvent> Show(string list, string variant, IReadOnlyList<ShownItem> items, long time)
    {
        if (_lists.Exists(known => known.List == list))
            return [];
        var shown = new Shown(list, variant, time, [.. items.Take(MaxItems)], []);
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

    /// <summary>Answers what to count: nothing if the item was not shown within the window.</summary>
    /// <param name="time">Unix milliseconds.</param>
    public IReadOnlyList<FeedbackEvent> Click(string item, long time, TimeSpan window)
    {
        var list = _lists.FindLast(shown =>
            shown.Time <= time && time - shown.Time <= window.TotalMilliseconds && shown.Items.Exists(known => known.Item == item));
        if (list is null || list.Clicked.Contains(item))
            return [];
        var method = list.Items.Find(known => known.Item == item).Method;
        var first = list.Clicked.Count == 0;
        var firstOfMethod = !list.Items.Exists(known => known.Method == method && list.Clicked.Contains(known.Item));
        list.Clicked.Add(item);
        return
        [
            new(list.Variant, FeedbackEvent.AllMethods, list.Time, new(0, first ? 1 : 0, 0, 1)),
            new(list.Variant, method, list.Time, new(0, firstOfMethod ? 1 : 0, 0, 1)),
        ];
    }

    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Format);
        writer.Unsigned((ulong)_lists.Count);
        foreach (var (list, variant, time, items, clicked) in _lists)
        {
            writer.Text(list);
            writer.Text(variant);
            writer.Signed(time);
            writer.Unsigned((ulong)items.Count);
            foreach (var (item, method) in items)
            {
                writer.Text(item);
                writer.Text(method);
                writer.Byte((byte)(clicked.Contains(item) ? 1 : 0));
            }
        }

        writer.Flush();
    }

    /// <exception cref="InvalidDataException">The bytes are not impressions.</exception>
    public static Impressions Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        StateFormat.Begin(ref reader, Format, "Impressions");
        var state = new Impressions();
        for (var lists = reader.Below(MaxLists + 1, "The number of lists"); lists > 0; lists--)
        {
            var shown = new Shown(reader.Text(), reader.Text(), reader.Signed(), [], []);
            for (var items = reader.Below(MaxItems + 1, "The number of a list's items"); items > 0; items--)
            {
                shown.Items.Add(new(reader.Text(), reader.Text()));
                if (reader.Below(2, "Whether an item was clicked") == 1)
                    shown.Clicked.Add(shown.Items[^1].Item);
            }

            state._lists.Add(shown);
        }

        StateFormat.End(reader, "Impressions");
        return state;
    }

    private sealed record Shown(string List, string Variant, long Time, List<ShownItem> Items, HashSet<string> Clicked);
}
