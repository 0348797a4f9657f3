using Recommendations.Feedback;
using Recommendations.Visitors;
using static Recommendations.Tests.Build;

namespace Recommendations.Tests;

public sealed class FeedbackTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(30);
    private readonly Impressions _impressions = new();
    private readonly FeedbackCounters _counters = new();

    [Fact]
    public void Hits_and_clicks_count_by_method_and_for_the_whole_list()
    {
        Show(Start, new("a", "near"), new("b", "near"), new("c", "trend"));
        Show(Start + 1, new ShownItem("d", "near"));
        Click("a", Start + Minute);
        Click("b", Start + Minute);
        Click("c", Start + Minute);
        Click("a", Start + (2 * Minute)); // again
        Click("z", Start + Minute); // never shown
        var sums = _counters.Sums(1, Start + Minute).ToDictionary(sum => sum.Method, sum => sum.Counts);
        Assert.Equal(new FeedbackCounts(2, 1, 4, 3), sums["*"]);
        Assert.Equal(new FeedbackCounts(2, 1, 3, 2), sums["near"]);
        Assert.Equal(new FeedbackCounts(1, 1, 1, 1), sums["trend"]);
        Assert.Equal((0.5, 0.75), (sums["*"].HitRate, sums["*"].ClickRate));
    }

    [Theory]
    [InlineData(30 * Minute, 1)]
    [InlineData((30 * Minute) + 1, 0)]
    [InlineData(-Impressions.Tolerance, 1)]
    [InlineData(-Impressions.Tolerance - 1, 0)]
    public void A_click_counts_within_the_window(long after, int clicks)
    {
        Show(Start, new ShownItem("a", "near"));
        Click("a", Start + after);
        Assert.Equal(clicks, _counters.Sums(1, Start).Single(sum => sum.Method == "*").Counts.Clicks);
    }

    [Fact]
    public void A_click_counts_for_the_newest_list_with_the_item()
    {
        _impressions.Show("old", [new("a", "near")], Start);
        _impressions.Show("new", [new("a", "near")], Start + 1);
        Assert.All(_impressions.Click(1, "a", Start + 2, Window, 1)!.Events, counted => Assert.Equal("new", counted.Variant));
    }

    [Fact]
    public void Old_lists_go()
    {
        Show(Start, new ShownItem("a", "near"));
        for (var i = 0; i < Impressions.MaxLists; i++)
            Show(Start + 1 + i, new ShownItem("b", "near"));
        Assert.Null(_impressions.Click(1, "a", Start + Minute, Window, 1));
    }

    [Fact]
    public void Lists_and_clicks_are_as_of_a_plain_list_of_them_whatever_comes_and_over_restarts()
    {
        var random = new Random(3);
        var visitor = new VisitorState("v");
        var plain = new List<(string Variant, long Time, ShownItem[] Items, HashSet<string> Clicked)>();
        for (var (step, time) = (0, Start); step < 3_000; step++)
        {
            time += random.Next(20_000);
            switch (random.Next(8))
            {
                case 0:
                    visitor = VisitorState.Decode(Bytes(visitor.Encode));
                    break;
                case 1 or 2:
                    var shown = random.GetItems(Enumerable.Range(0, 30).Select(i => new ShownItem($"item ä{i}", $"m{i % 3}")).ToArray(), random.Next(25))
                        .Distinct().ToArray();
                    var late = time - random.Next(2) * random.Next(100_000);
                    visitor.Impressions.Show($"v{step}", shown, late);
                    plain.Insert(plain.FindLastIndex(list => list.Time <= late) + 1, ($"v{step}", late, shown, []));
                    if (plain.Count > Impressions.MaxLists) plain.RemoveAt(0);
                    break;
                default:
                    var item = $"item ä{random.Next(30)}";
                    var counted = visitor.Impressions.Click(1, item, time, Window, 1)?.Events;
                    while (plain.Count > 0 && plain[0].Time < time - (long)Window.TotalMilliseconds) plain.RemoveAt(0);
                    var at = plain.FindLastIndex(list => list.Time <= time + Impressions.Tolerance && list.Items.Any(known => known.Item == item));
                    Assert.Equal(at >= 0 && !plain[at].Clicked.Contains(item), counted is not null);
                    if (counted is null) break;
                    var (variant, when, items, clicked) = plain[at];
                    var method = items.First(known => known.Item == item).Method;
                    var isFirstOfMethod = !items.Any(known => known.Method == method && clicked.Contains(known.Item));
                    Assert.Equal(new FeedbackEvent(variant, "*", when, new(0, clicked.Count == 0 ? 1 : 0, 0, 1)), counted[0]);
                    Assert.Equal(new FeedbackEvent(variant, method, when, new(0, isFirstOfMethod ? 1 : 0, 0, 1)), counted[1]);
                    clicked.Add(item);
                    break;
            }
        }
    }

    [Fact]
    public void A_visitors_notices_count_up_and_begin_higher_after_it_was_forgotten()
    {
        long ClickAt(long time)
        {
            _impressions.Show("v", [new("a", "near")], time);
            return _impressions.Click(1, "a", time, Window, time)!.Number;
        }

        Assert.Equal([Start, Start + 1], new[] { ClickAt(Start), ClickAt(Start + Minute) });
        _impressions.Clear();
        Assert.Equal(Start + (2 * Minute), ClickAt(Start + (2 * Minute)));
    }

    [Fact]
    public void Each_notice_counts_once_in_any_order_and_over_a_restart()
    {
        var notices = Enumerable.Range(0, 3).SelectMany(source => Enumerable.Range(0, 60).Select(i => Notice((ulong)source, 100 + i))).ToArray();
        var shard = new FeedbackShard(3);
        var random = new Random(5);
        for (var round = 0; round < 3; round++)
        {
            random.Shuffle(notices);
            for (var i = 0; i < notices.Length; i++)
            {
                Assert.Equal(round == 0, shard.Apply(notices[i]));
                if (i == 90) shard = FeedbackShard.Decode(Build.Bytes(shard.Encode), 3);
            }
        }

        Assert.Equal(180, shard.Counters.Sums(1, Start)[0].Counts.Clicks);
    }

    [Fact]
    public void A_notice_behind_the_window_counts_as_known_and_sources_that_are_silent_for_long_go()
    {
        var shard = new FeedbackShard(2);
        Assert.True(shard.Apply(Notice(1, 1000)));
        Assert.False(shard.Apply(Notice(1, 1000 - 64)));
        Assert.True(shard.Apply(Notice(1, 1000 - 63)));
        for (var source = 2UL; source < 5; source++) Assert.True(shard.Apply(Notice(source, 1)));
        Assert.False(shard.Apply(Notice(1, 1000))); // four sources: room for twice two
        for (var source = 5UL; source < 8; source++) Assert.True(shard.Apply(Notice(source, 1)));
        Assert.True(shard.Apply(Notice(1, 1000)));
    }

    [Fact]
    public void Counters_add_up_in_any_order_and_keep_two_days()
    {
        var events = Enumerable.Range(0, 200)
            .Select(i => new FeedbackEvent($"v{i % 2}", $"m{i % 3}", Start + (i * Minute * 60), new(1, i % 2, 20, i % 2)))
            .ToArray();
        var one = new FeedbackCounters();
        foreach (var e in events)
            one.Add(e);
        new Random(1).Shuffle(events);
        var other = new FeedbackCounters();
        foreach (var e in events)
            other.Add(e);
        var now = Start + (199 * Minute * 60);
        Assert.Equal(one.Sums(1000, now), other.Sums(1000, now));
        Assert.Equal(FeedbackCounters.MaxHours, one.Sums(1000, now).Sum(sum => sum.Counts.Lists));
        Assert.Equal(24, one.Sums(24, now).Sum(sum => sum.Counts.Lists));
    }

    [Fact]
    public void Visitors_spread_over_variants_by_their_shares_and_stay_there()
    {
        var shares = new Dictionary<string, double> { ["a"] = 1, ["b"] = 3 };
        var variants = new Variants(shares);
        var ofB = Enumerable.Range(0, 10_000).Count(i => variants.Of($"v{i}") == "b");
        Assert.InRange(ofB, 7_300, 7_700);
        Assert.Equal(
            ["b", "b", "b", "a", "b", "b"],
            Enumerable.Range(0, 6).Select(i => variants.Of($"visitor-{i}"))); // fixed for ever
    }

    private static FeedbackNotice Notice(ulong source, long number) => new(source, number, [new("v", "near", Start, new(0, 1, 0, 1))]);

    private void Show(long time, params ShownItem[] items)
    {
        foreach (var counted in _impressions.Show("v", items, time))
            _counters.Add(counted);
    }

    private void Click(string item, long time)
    {
        foreach (var counted in _impressions.Click(1, item, time, Window, 1)?.Events ?? [])
            _counters.Add(counted);
    }
}
