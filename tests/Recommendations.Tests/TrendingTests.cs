using Recommendations.Methods;
using Recommendations.Trending;
using static Recommendations.Tests.Build;

namespace Recommendations.Tests;

public sealed class TrendingTests
{
    private static readonly TimeSpan HalfLife = TimeSpan.FromHours(6);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_order_and_any_sharding_gives_the_same_counts(int seed)
    {
        var random = new Random(seed);
        var events = Enumerable.Range(0, 5000)
            .Select(_ => (Category: $"c{random.Next(3)}", Item: $"i{random.Next(50)}", Time: Start + random.NextInt64(10 * Day)))
            .ToArray();
        var now = Start + (10 * Day);
        var plain = events
            .GroupBy(e => (e.Category, e.Item))
            .ToDictionary(group => group.Key, group => group.Sum(e => Math.Pow(2, -(now - e.Time) / HalfLife.TotalMilliseconds)));
        foreach (var shards in new[] { 1, 4 })
        {
            random.Shuffle(events);
            var parts = Enumerable.Range(0, shards).Select(_ => new TrendingShard(HalfLife, 1000)).ToArray();
            for (var i = 0; i < events.Length; i++)
                parts[i % shards].Add(events[i].Category, events[i].Item, events[i].Time);
            var merged = TrendingItems.Merge(parts.Select(part => part.Top(1000, now)));
            Assert.Equal(plain.Count, merged.All.Count);
            Assert.All(merged.All, item =>
            {
                var expected = plain[(item.Category, item.Item)];
                Assert.InRange(item.Score / expected, 1 - 1e-9, 1 + 1e-9);
            });
            Assert.Equal(
                plain.Where(entry => entry.Key.Category == "c1").OrderByDescending(entry => entry.Value).Select(entry => entry.Key.Item),
                merged.Of("c1").Select(item => item.Item));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Counts_that_items_tell_may_come_in_any_order_and_again(int seed)
    {
        var random = new Random(seed);
        var plain = new TrendingShard(HalfLife, 1000);
        var counts = new Dictionary<string, DecayedCount>();
        var notices = new List<TrendingNotice>();
        for (var i = 0; i < 2000; i++)
        {
            var (item, time) = ($"i{random.Next(20)}", Start + random.NextInt64(Day));
            plain.Add("", item, time);
            counts[item] = counts.TryGetValue(item, out var known) ? known.Plus(new(1, time), HalfLife) : new(1, time);
            notices.Add(new(item, counts[item]));
        }

        var told = new TrendingShard(HalfLife, 1000);
        var arrived = notices.Concat(notices.Where(_ => random.Next(3) == 0)).ToArray();
        random.Shuffle(arrived);
        foreach (var notice in arrived)
        {
            var bytes = new System.Buffers.ArrayBufferWriter<byte>();
            notice.Encode(bytes);
            told.Raise(TrendingNotice.Decode(bytes.WrittenSpan, new Catalogue()));
        }

        var (expected, found) = (plain.Top(100, Start + Day), told.Top(100, Start + Day));
        Assert.Equal(expected.Items.Select(item => item.Item), found.Items.Select(item => item.Item));
        Assert.All(expected.Items.Zip(found.Items), pair => Assert.InRange(pair.Second.Score / pair.First.Score, 1 - 1e-9, 1 + 1e-9));
    }

    [Fact]
    public void A_shard_is_bounded_and_keeps_the_highest()
    {
        var shard = new TrendingShard(HalfLife, 10);
        for (var i = 0; i < 10_000; i++)
        {
            shard.Add("", $"rare{i}", Start + i);
            shard.Add("", $"often{i % 5}", Start + i);
            Assert.InRange(shard.Count, 1, 20);
        }

        Assert.True(shard.Dropped > 9_000);
        Assert.Equal(["often0", "often1", "often2", "often3", "often4"], shard.Top(5, Start).Items.Select(item => item.Item).Order());
    }

    [Fact]
    public void An_old_bestseller_is_overtaken()
    {
        var shard = new TrendingShard(HalfLife, 10);
        for (var i = 0; i < 100; i++)
            shard.Add("", "old", Start);
        for (var i = 0; i < 10; i++)
            shard.Add("", "new", Start + Day);
        Assert.Equal(["new", "old"], shard.Top(2, Start + Day).Items.Select(item => item.Item));
    }

    [Fact]
    public void Inverse_frequency_is_zero_without_counts_and_highest_for_what_does_not_trend()
    {
        Assert.Equal(0, TrendingItems.None.InverseFrequency(new("a")));
        var trending = TrendingItems.Merge(new TrendingTop([new("a", "", 6), new("b", "", 2)], 8));
        Assert.Equal(Math.Log(8 / 6.0), trending.InverseFrequency(new("a")), 12);
        Assert.Equal(Math.Log(4), trending.InverseFrequency(new("unknown")), 12);
    }
}
