using System.Buffers;
using System.Text;
using Rules.Codec;

namespace Recommendations.Feedback;

/// <summary>
/// The newest <see cref="MaxLists"/> lists that a visitor was shown, in one array, as they are stored: there may be twenty of twenty
/// items of each visitor, and hardly one is ever asked for. A list: variant · time · methods · items, each with the place of its
/// method, doubled, plus 1 if it was clicked.
/// </summary>
internal sealed class ShownLists
{
    public const int MaxLists = 20;

    /// <summary>Of a list.</summary>
    public const int MaxItems = 100;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_scratch;

    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private long _newest; // time of the last list, if there is one

    public int Count { get; private set; }

    private ReadOnlySpan<byte> Bytes => _bytes.AsSpan(_start.._end);

    /// <summary>Adds a list behind those that are not newer; the oldest goes if there are too many.</summary>
    /// <param name="items">At most <see cref="MaxItems"/>.</param>
    /// <param name="methods">Of these items.</param>
    public void Add(string variant, long time, ReadOnlySpan<ShownItem> items, IReadOnlyList<(string Method, int Count)> methods)
    {
        var scratch = t_scratch ??= new(1024);
        scratch.ResetWrittenCount();
        var writer = new ByteWriter(scratch);
        writer.Text(variant);
        writer.Signed(time);
        writer.Unsigned((ulong)methods.Count);
        foreach (var (method, _) in methods)
            writer.Text(method);
        writer.Unsigned((ulong)items.Length);
        foreach (var item in items)
        {
            var method = 0;
            while (methods[method].Method != item.Method)
                method++;
            writer.Text(item.Item);
            writer.Unsigned((ulong)(2 * method));
        }

        writer.Flush();
        Insert(time, scratch.WrittenSpan);
        Count++;
        if (Count > MaxLists)
            RemoveFirst();
    }

    /// <summary>Notes a click in the newest list with the item that is not newer than that, and answers what to count.</summary>
    /// <returns>None: it was not shown, or is clicked in that list already.</returns>
    public FeedbackEvent[]? Click(string item, long latest)
    {
        if (Count == 0)
            return null;
        var size = Encoding.UTF8.GetMaxByteCount(item.Length);
        var name = size <= 1024 ? stackalloc byte[size] : new byte[size];
        name = name[..Encoding.UTF8.GetBytes(item, name)];
        var reader = new ByteReader(Bytes);
        var (list, how) = (0, -1);
        while (!reader.AtEnd)
        {
            var start = reader.Position;
            if (Skip(ref reader, name, out var found) <= latest && found >= 0)
                (list, how) = (start, found);
        }

        return how < 0 ? null : Click(list, how);
    }

    /// <summary>Drops the lists that were shown before that time, Unix milliseconds.</summary>
    public void Expire(long before)
    {
        while (Count > 0 && FirstTime() < before)
            RemoveFirst();
    }

    public void Clear() => (_bytes, _start, _end, Count) = ([], 0, 0, 0);

    /// <summary>Their number, and the lists, oldest first.</summary>
    public void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)Count);
        writer.Raw(Bytes);
    }

    /// <exception cref="InvalidDataException">The bytes are not lists.</exception>
    public static ShownLists Read(ref ByteReader reader)
    {
        var lists = new ShownLists { Count = reader.Below(MaxLists + 1, "The number of lists") };
        var start = reader.Position;
        for (var left = lists.Count; left > 0; left--)
            lists._newest = Skip(ref reader, [], out _);
        lists._bytes = reader.Since(start).ToArray();
        lists._end = lists._bytes.Length;
        return lists;
    }

    /// <param name="list">Where it begins, and <paramref name="how"/> where it says how the item was shown.</param>
    private FeedbackEvent[]? Click(int list, int how)
    {
        var reader = new ByteReader(Bytes[how..]);
        var clicked = (int)reader.Unsigned();
        if (clicked % 2 == 1)
            return null;
        reader = new ByteReader(Bytes[list..]);
        var (variant, time) = (reader.Text(), reader.Signed());
        var methods = new string[reader.Length()];
        for (var i = 0; i < methods.Length; i++)
            methods[i] = reader.Text();
        var (isFirst, isFirstOfMethod) = (true, true);
        for (var left = reader.Length(); left > 0; left--)
        {
            _ = reader.Bytes();
            var other = (int)reader.Unsigned();
            isFirst &= other % 2 == 0;
            isFirstOfMethod &= other != clicked + 1;
        }

        _bytes[_start + how] |= 1; // the lowest bits come first
        return
        [
            new(variant, FeedbackEvent.AllMethods, time, new(0, isFirst ? 1 : 0, 0, 1)),
            new(variant, methods[clicked / 2], time, new(0, isFirstOfMethod ? 1 : 0, 0, 1)),
        ];
    }

    /// <summary>Reads past a list and answers its time.</summary>
    /// <param name="name">An item's id.</param>
    /// <param name="how">Where the list says how that item was shown; -1: it does not have it.</param>
    private static long Skip(ref ByteReader reader, scoped ReadOnlySpan<byte> name, out int how)
    {
        how = -1;
        _ = reader.Bytes();
        var time = reader.Signed();
        var methods = reader.Below(MaxItems + 1, "The number of a list's methods");
        for (var left = methods; left > 0; left--)
            _ = reader.Bytes();
        for (var left = reader.Below(MaxItems + 1, "The number of a list's items"); left > 0; left--)
        {
            if (reader.Bytes().SequenceEqual(name) && how < 0)
                how = reader.Position;
            _ = reader.Below(2 * methods, "How an item was shown");
        }

        return time;
    }

    private long FirstTime()
    {
        var reader = new ByteReader(Bytes);
        _ = reader.Bytes();
        return reader.Signed();
    }

    private void RemoveFirst()
    {
        var reader = new ByteReader(Bytes);
        _ = Skip(ref reader, [], out _);
        _start += reader.Position;
        Count--;
        if (Count == 0)
            Clear();
    }

    private void Insert(long time, ReadOnlySpan<byte> list)
    {
        var at = Count == 0 || time >= _newest ? _end - _start : EndOfThoseUpTo(time);
        if (at == _end - _start)
            _newest = time;
        MakeRoom(list.Length);
        _bytes.AsSpan((_start + at).._end).CopyTo(_bytes.AsSpan(_start + at + list.Length));
        list.CopyTo(_bytes.AsSpan(_start + at));
        _end += list.Length;
    }

    private int EndOfThoseUpTo(long time)
    {
        var reader = new ByteReader(Bytes);
        var end = 0;
        while (!reader.AtEnd && Skip(ref reader, [], out _) <= time)
            end = reader.Position;
        return end;
    }

    private void MakeRoom(int size)
    {
        if (size <= _bytes.Length - _end)
            return;
        var used = _end - _start;
        var to = used + size <= _bytes.Length ? _bytes : new byte[Math.Max(256, (used + size) * 3 / 2)];
        Bytes.CopyTo(to);
        (_bytes, _start, _end) = (to, 0, used);
    }
}
