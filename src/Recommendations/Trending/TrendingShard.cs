using System.Buffers;
using Rules.Codec;

namespace Recommendations.Trending;

/// <summary>
/// Counts of interactions by category and item, each halved every half-life: forward decay, so they do not depend on
/// the order of arrival beyond rounding. A shard gets a part of the items (or of the visitors: <see
/// cref="TrendingItems.Merge"/> adds). It keeps between <paramref name="capacity"/> and twice as many items, the
/// highest: exact while no more are alive; an item that was dropped begins again at 0.
/// </summary>
/// <param name="halfLife">The same for all shards.</param>
public sealed class TrendingShard(TimeSpan halfLife, int capacity)
{
    private const byte Format = 1;

    private readonly Dictionary<(string Category, string Item), DecayedCount> _counts = [];
    private readonly Dictionary<string, PriorityQueue<TrendingItem, TrendingItem>> _highest = new(StringComparer.Ordinal);

    /// <summary>Items that are counted.</summary>
    public int Count => _counts.Count;

    /// <summary>Items that were dropped because there were too many.</summary>
    public long Dropped { get; private set; }

    /// <param name="category">"" for items without one.</param>
    /// <param name="time">Of the interaction, Unix milliseconds.</param>
    public void Add(string category, string item, long time, double weight = 1)
    {
        var key = (category, item);
        Set(key, _counts.TryGetValue(key, out var known) ? known.Plus(new(weight, time), halfLife) : new(weight, time));
    }

    /// <summary>
    /// Takes over what an item has counted itself; unlike <see cref="Add"/>, it may come in any order and more than once.
    /// </summary>
    public void Raise(TrendingNotice notice)
    {
        var key = ("", notice.Item);
        Set(key, _counts.TryGetValue(key, out var known) ? known.Later(notice.Count, halfLife) : notice.Count);
    }

    /// <summary>The counts as of then, the highest of each category first.</summary>
    /// <param name="count">Items of a category.</param>
    /// <param name="now">Unix milliseconds.</param>
    public TrendingTop Top(int count, long now)
    {
        var total = 0.0;
        foreach (var (key, value) in _counts)
        {
            var item = new TrendingItem(key.Item, key.Category, value.At(now, halfLife));
            total += item.Score;
            Keep(item, count);
        }

        var highest = _highest
            .OrderBy(static category => category.Key, StringComparer.Ordinal)
            .SelectMany(static category => category.Value.UnorderedItems.Select(static kept => kept.Element).Order(TrendingItem.ByScore))
            .ToArray();
        foreach (var category in _highest.Values)
            category.Clear();
        return new(highest, total);
    }

    /// <summary>Keeps an item among the highest of its category. Their places are kept from call to call: they are many.</summary>
    private void Keep(in TrendingItem item, int count)
    {
        if (!_highest.TryGetValue(item.Category, out var kept))
            _highest.Add(item.Category, kept = new(TrendingItem.LowestFirst));
        if (kept.Count < count)
            kept.Enqueue(item, item);
        else
            kept.EnqueueDequeue(item, item);
    }

    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Format);
        writer.Unsigned((ulong)Dropped);
        writer.Unsigned((ulong)_counts.Count);
        foreach (var (key, value) in _counts)
        {
            writer.Text(key.Category);
            writer.Text(key.Item);
            writer.Double(value.Value);
            writer.Signed(value.Time);
        }

        writer.Flush();
    }

    /// <exception cref="InvalidDataException">The bytes are not a shard's.</exception>
    public static TrendingShard Decode(ReadOnlySpan<byte> bytes, TimeSpan halfLife, int capacity)
    {
        var reader = new ByteReader(bytes);
        StateFormat.Begin(ref reader, Format, "A trending shard");
        var shard = new TrendingShard(halfLife, capacity) { Dropped = (long)reader.Unsigned() };
        for (var left = reader.Length(11); left > 0; left--)
        {
            var key = (reader.Text(), reader.Text());
            var value = reader.Double();
            if (!double.IsFinite(value))
                throw new InvalidDataException($"A count before byte {reader.Position} is {value}.");
            shard._counts[key] = new(value, reader.Signed());
        }

        StateFormat.End(reader, "A trending shard");
        return shard;
    }

    private void Set((string, string) key, DecayedCount count)
    {
        _counts[key] = count;
        if (_counts.Count > 2 * capacity)
            Trim();
    }

    private void Trim()
    {
        var now = _counts.Values.Max(static value => value.Time);
        var lowest = _counts
            .Select(entry => (entry.Key, Value: entry.Value.At(now, halfLife)))
            .OrderByDescending(static entry => entry.Value)
            .ThenBy(static entry => entry.Key.Item, StringComparer.Ordinal)
            .ThenBy(static entry => entry.Key.Category, StringComparer.Ordinal)
            .Skip(capacity)
            .Select(static entry => entry.Key)
            .ToList();
        foreach (var key in lowest)
            _counts.Remove(key);
        Dropped += lowest.Count;
    }
}
