using Recommendations.Items;
using static Recommendations.Tests.Build;

namespace Recommendations.Tests;

public sealed class ItemStateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_order_and_repetition_of_notices_gives_the_same_state(int seed)
    {
        var random = new Random(seed);
        var notices = Notices(random, sessions: 900);
        var expected = new ItemState("x");
        foreach (var notice in notices)
            expected.Apply(notice);
        Assert.Equal(Newest(notices), Held(expected));

        for (var round = 0; round < 5; round++)
        {
            var shuffled = notices.Concat(notices.Where(_ => random.Next(3) == 0)).ToArray();
            random.Shuffle(shuffled);
            var state = new ItemState("x");
            for (var i = 0; i < shuffled.Length; i++)
            {
                state.Apply(shuffled[i]);
                if (i % 500 == 0)
                    state = ItemState.Decode(Bytes(state.Encode));
            }

            Assert.Equal(Bytes(expected.Encode), Bytes(state.Encode));
            Assert.Equal(
                expected.Sessions().Neighbours(Start + Day, TimeSpan.FromDays(1), 100),
                ItemSessions.Decode(Bytes(state.Sessions().Encode)).Neighbours(Start + Day, TimeSpan.FromDays(1), 100));
        }
    }

    [Fact]
    public void Ids_that_no_session_names_any_more_are_let_go()
    {
        var state = new ItemState("x");
        for (var i = 0; i < 20_000; i++)
            state.Apply(new("x", Key(i), Start + i, 3, ["x", $"a{i}", $"b{i}"]));
        Assert.Equal(500, state.Count);
        Assert.InRange(state.Sessions().Slots, 1001, 1010);
        Assert.InRange(Bytes(state.Encode).Length, 1, 32_000);
    }

    [Fact]
    public void The_largest_state_is_bounded()
    {
        var state = new ItemState("x");
        for (var i = 0; i < 1_000; i++)
            state.Apply(new("x", Key(i), Start + i, 50, ["x", .. Enumerable.Range(0, 49).Select(j => $"{i}-{j}")]));
        Assert.Equal(500, ItemState.Decode(Bytes(state.Encode)).Count);
        Assert.InRange(state.Sessions().Slots, 24_501, 24_600);
    }

    [Fact]
    public void A_forgotten_session_does_not_come_back()
    {
        var state = new ItemState("x");
        state.Apply(new("x", Key(1), Start, 2, ["x", "a"]));
        state.Apply(new("x", Key(2), Start, 2, ["x", "a"]));
        Assert.Equal(1, state.Forget(Key(1), Key(3)));
        Assert.Equal(0, state.Forget(Key(1)));
        Assert.False(state.Apply(new("x", Key(1), Start + 5, 7, ["x", "a", "b"])));
        Assert.False(state.Knows(Key(1)));
        Assert.True(state.Knows(Key(2)));
        Assert.Equal(1, state.Count);
    }

    [Fact]
    public void Expiry_drops_sessions_by_age()
    {
        var state = new ItemState("x");
        for (var i = 0; i < 10; i++)
            state.Apply(new("x", Key(i), Start + i, 2, ["x", $"a{i}"]));
        Assert.Equal(4, state.Expire(Start + 4));
        Assert.Equal(6, state.Count);
        Assert.Equal(0, state.Expire(Start + 4));
    }

    [Fact]
    public void What_was_handed_out_does_not_change()
    {
        var state = new ItemState("x");
        state.Apply(new("x", Key(1), Start, 2, ["x", "a"]));
        var before = state.Sessions();
        state.Apply(new("x", Key(1), Start, 3, ["x", "b"]));
        state.Apply(new("x", Key(2), Start, 2, ["x", "c"]));
        Assert.Equal("a", Assert.Single(before.Neighbours(Start, TimeSpan.FromDays(1), 10)).Item);
    }

    [Fact]
    public void A_copy_that_is_used_again_has_nothing_of_before()
    {
        var random = new Random(5);
        var copy = new ItemSessions();
        foreach (var sessions in new[] { 700, 3, 0, 200 })
        {
            var state = new ItemState("x");
            foreach (var notice in Notices(random, sessions))
                state.Apply(notice);
            state.CopyTo(copy);
            Assert.Equal(Held(state), Held(copy));
            Assert.Equal(Bytes(state.Sessions().Encode), Bytes(copy.Encode));
        }
    }

    [Fact]
    public void Sessions_that_grow_shrink_and_go_keep_their_items()
    {
        var random = new Random(6);
        var state = new ItemState("x");
        var expected = new SortedDictionary<int, string[]>();
        for (var i = 0; i < 20_000; i++)
        {
            var session = random.Next(60);
            if (random.Next(300) == 0)
            {
                state.Expire(Start + session);
                foreach (var old in expected.Keys.Where(key => key < session).ToArray())
                    expected.Remove(old);
                continue;
            }

            string[] items = ["x", .. Enumerable.Range(0, random.Next(ItemNotice.MaxItems)).Select(_ => $"{random.Next(2_000)}").Distinct()];
            Assert.True(state.Apply(new("x", Key(session), Start + session, i + 1, items)));
            expected[session] = items;
        }

        Assert.Equal(expected.Select(pair => (Key(pair.Key), Start + pair.Key, string.Join(' ', pair.Value))), Held(state));
        Assert.Equal(Bytes(state.Encode), Bytes(ItemState.Decode(Bytes(state.Encode)).Encode));
    }

    [Fact]
    public void A_neighbour_counts_by_its_part_of_the_sessions_and_their_age()
    {
        var state = new ItemState("x");
        state.Apply(new("x", Key(1), Start, 2, ["x", "old"]));
        state.Apply(new("x", Key(2), Start + Day, 3, ["x", "young", "both"]));
        state.Apply(new("x", Key(3), Start + Day, 2, ["x", "both"]));
        var neighbours = state.Sessions().Neighbours(Start + Day, TimeSpan.FromDays(1), 3);
        Assert.Equal(["both", "young", "old"], neighbours.Select(neighbour => neighbour.Item));
        Assert.Equal(2 / 2.5, neighbours[0].Score, 12);
        Assert.Equal(0.5 / 2.5, neighbours[2].Score, 12);
    }

    [Fact]
    public void A_notice_for_another_item_is_a_mistake_of_the_caller() =>
        Assert.Throws<ArgumentException>(() => new ItemState("x").Apply(new("y", Key(1), Start, 1, ["y"])));

    private static List<ItemNotice> Notices(Random random, int sessions)
    {
        var notices = new List<ItemNotice>();
        for (var session = 0; session < sessions; session++)
        {
            var time = Start + random.NextInt64(200); // many equal times
            var items = new List<string> { "x" };
            for (var version = 1; version <= 1 + random.Next(6); version++)
            {
                time += random.NextInt64(3);
                items.Add($"i{random.Next(400)}");
                notices.Add(new("x", Key(session), time, version, [.. items.Distinct()]));
            }

            if (random.Next(10) == 0)
                notices.Add(new("x", Key(session), time, ItemNotice.Forgotten, []));
        }

        return notices;
    }

    private static IEnumerable<(SessionKey, long, string)> Newest(IEnumerable<ItemNotice> notices) => notices
        .GroupBy(notice => notice.Session)
        .Select(session => session.MaxBy(notice => notice.Version)!)
        .OrderByDescending(notice => notice.Time)
        .ThenByDescending(notice => notice.Session)
        .Take(ItemState.MaxSessions)
        .Where(notice => notice.Items.Count > 0)
        .Reverse()
        .Select(notice => (notice.Session, notice.Time, string.Join(' ', notice.Items)));

    private static IEnumerable<(SessionKey, long, string)> Held(ItemState state) => Held(state.Sessions());

    private static IEnumerable<(SessionKey, long, string)> Held(ItemSessions sessions)
    {
        for (var i = 0; i < sessions.Count; i++)
            yield return (sessions.Key(i), sessions.Time(i), string.Join(' ', sessions.ItemsOf(i).ToArray().Select(number => sessions.Id(number).Text)));
    }
}
