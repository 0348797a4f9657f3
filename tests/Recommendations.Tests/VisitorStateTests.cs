using Recommendations.Items;
using Recommendations.Visitors;
using static Recommendations.Tests.Build;

namespace Recommendations.Tests;

public sealed class VisitorStateTests
{
    private readonly VisitorState _visitor = new("v");

    [Fact]
    public void Each_item_of_the_session_is_told_its_items_so_far()
    {
        _visitor.Apply("a", Start);
        var outcome = _visitor.Apply("b", Start + 1);
        Assert.Equal(["a", "b"], outcome.Notices.Select(notice => notice.Item));
        Assert.All(outcome.Notices, notice =>
        {
            Assert.Equal(["a", "b"], notice.Items);
            Assert.Equal((outcome.Session!.Value, Start + 1, 2), (notice.Session, notice.Time, notice.Version));
        });
    }

    [Fact]
    public void An_item_again_tells_nothing_and_becomes_the_newest()
    {
        _visitor.Apply("a", Start);
        _visitor.Apply("b", Start + 1);
        var outcome = _visitor.Apply("a", Start + 2, kind: InteractionKind.Cart);
        Assert.Empty(outcome.Notices);
        Assert.False(outcome.IsNew);
        Assert.Equal([new("b"), new("a", InteractionKind.Cart)], _visitor.Context().Items);
    }

    [Theory]
    [InlineData(30 * Minute, true)]
    [InlineData((30 * Minute) + 1, false)]
    [InlineData(-30 * Minute, true)]
    [InlineData((-30 * Minute) - 1, false)]
    public void Inactivity_cuts_sessions(long after, bool same)
    {
        var first = _visitor.Apply("a", Start).Session;
        Assert.Equal(same, _visitor.Apply("b", Start + after).Session == first);
    }

    [Fact]
    public void Named_sessions_run_beside_each_other_and_are_never_cut()
    {
        var phone = _visitor.Apply("a", Start, "phone").Session;
        var desk = _visitor.Apply("b", Start + 1, "desk").Session;
        var outcome = _visitor.Apply("c", Start + Day, "phone");
        Assert.NotEqual(phone, desk);
        Assert.Equal(phone, outcome.Session);
        Assert.Equal(["a", "c"], outcome.Notices[0].Items);
        Assert.Equal("b", Assert.Single(_visitor.Context("desk").Items).Item);
        Assert.Empty(_visitor.Context("unknown").Items);
    }

    [Fact]
    public void Purchases_and_recent_items_are_bounded_and_the_newest_stay()
    {
        var options = new VisitorOptions();
        for (var i = 0; i < 1000; i++)
            _visitor.Apply(new($"i{i}", InteractionKind.Purchase, Start + (i * Minute)), Start + (i * Minute), options);
        Assert.Equal(Enumerable.Range(900, 100).Select(i => $"i{i}"), _visitor.Recent.Select(item => item.Item));
        Assert.Equal(Enumerable.Range(500, 500).Select(i => $"i{i}").Order(), _visitor.Purchases.Keys.Order());
    }

    [Theory]
    [InlineData("a", (5 * Minute) + 1, Refusal.Ahead)]
    [InlineData("a", (-90 * Day) - 1, Refusal.TooOld)]
    [InlineData("", 0, Refusal.Item)]
    public void What_is_wrong_is_refused_with_its_reason_and_changes_nothing_else(string item, long ahead, Refusal reason)
    {
        var outcome = _visitor.Apply(new(item, InteractionKind.Purchase, Start + ahead), Start, new());
        Assert.Equal((reason, null, 0), (outcome.Refusal, outcome.Session, outcome.Notices.Count));
        Assert.Equal(1, _visitor.Refused(reason));
        Assert.Empty(_visitor.Recent);
        Assert.Empty(_visitor.Purchases);
        Assert.Empty(_visitor.Sessions);
    }

    [Fact]
    public void An_item_with_too_long_an_id_is_refused() =>
        Assert.Equal(Refusal.Item, _visitor.Apply(new string('x', 257), Start).Refusal);

    [Fact]
    public void An_absurd_rate_is_capped_and_counted()
    {
        for (var i = 0; i < 1000; i++)
            _visitor.Apply($"i{i}", Start - (Start % Minute) + i);
        Assert.Equal(880, _visitor.Refused(Refusal.Rate));
        Assert.Equal("i119", _visitor.Context().Items[^1].Item);
        Assert.Equal(Refusal.None, _visitor.Apply("later", Start + Minute).Refusal);
    }

    [Fact]
    public void A_session_of_10000_items_is_forgotten_at_its_items_but_still_counts_for_its_visitor()
    {
        var items = new Items();
        for (var i = 0; i < 10_000; i++)
        {
            var outcome = _visitor.Apply($"i{i}", Start + (i * 1000));
            Assert.InRange(outcome.Notices.Count, 0, ItemNotice.MaxItems + 1);
            Assert.Equal(i < 500 ? Refusal.None : Refusal.SessionLength, outcome.Refusal);
            items.Apply(outcome.Notices);
        }

        Assert.Equal(9_500, _visitor.Refused(Refusal.SessionLength));
        Assert.Equal(ItemNotice.MaxItems, _visitor.Context().Items.Count);
        Assert.Equal("i9999", _visitor.Context().Items[^1].Item);
        Assert.All(items.States.Values, item => Assert.Equal(0, item.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Items_hold_exactly_the_sessions_that_visitors_remember_and_forgetting_leaves_nothing(int seed)
    {
        var random = new Random(seed);
        var options = new VisitorOptions { MaxSessions = 4, MaxSessionInteractions = 120 };
        var visitors = new[] { new VisitorState("v"), new VisitorState("w") };
        var items = new Items();
        var time = Start;
        for (var i = 0; i < 5000; i++)
        {
            time += random.Next(20) == 0 ? Day / 24 : random.Next(5000);
            var session = random.Next(3) == 0 ? $"s{random.Next(8)}" : null;
            var interaction = new Interaction($"i{random.Next(200)}", InteractionKind.View, time - random.NextInt64(3 * Minute), session);
            items.Apply(visitors[random.Next(2)].Apply(interaction, time, options).Notices);
        }

        var remembered = visitors[1].Sessions.ToHashSet();
        items.Apply(visitors[0].Forget());
        foreach (var item in items.States.Values)
        {
            var sessions = item.Sessions();
            for (var i = 0; i < sessions.Count; i++)
                Assert.Contains(sessions.Key(i), remembered);
        }

        Assert.Contains(items.States.Values, item => item.Count > 0);
        items.Apply(visitors[1].Forget());
        Assert.All(items.States.Values, item => Assert.Equal(0, item.Count));
        Assert.Empty(visitors[1].Recent);
    }

    [Fact]
    public void Expiry_drops_what_is_older()
    {
        _visitor.Apply("a", Start, kind: InteractionKind.Purchase);
        _visitor.Apply("b", Start + Day);
        _visitor.Expire(Start + 1);
        Assert.Equal("b", Assert.Single(_visitor.Recent).Item);
        Assert.Empty(_visitor.Purchases);
        Assert.Single(_visitor.Sessions);
    }

    [Fact]
    public void The_stored_state_goes_on_as_the_state_would()
    {
        var random = new Random(5);
        var copy = new VisitorState("v");
        for (var i = 0; i < 2000; i++)
        {
            var time = Start + (i * 20_000L);
            var kind = (InteractionKind)random.Next(3);
            var interaction = new Interaction($"i{random.Next(300)}", kind, time, random.Next(2) == 0 ? "s" : null);
            var (one, other) = (_visitor.Apply(interaction, time, new()), copy.Apply(interaction, time, new()));
            Assert.Equivalent(one, other, strict: true);
            if (i % 50 == 0)
                copy = VisitorState.Decode(Bytes(copy.Encode));
        }

        Assert.Equal(Bytes(_visitor.Encode), Bytes(copy.Encode));
    }
}
