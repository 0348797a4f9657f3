using System.Text;
using System.Text.Json;
using Checkpointing;
using Grains.Entities;
using Grains.Interfaces;
using Grains.Recommending;
using Microsoft.Extensions.DependencyInjection;
using Recommendations;
using Recommendations.Items;
using Recommendations.Visitors;

namespace Integration.Tests;

/// <summary>Interactions in, recommendations out, through topics and store; on the embedded and on real servers.</summary>
public abstract class RecommendationContract
{
    protected abstract Task<TestPlace> PlaceAsync();

    [Fact]
    public async Task What_a_visitor_gets_counts_its_last_click_and_survives_a_restart()
    {
        await using var place = await PlaceAsync();
        await using (var host = await StartAsync(place))
        {
            await ViewAsync(host, "ann", "tea", "teapot", "strainer");
            await ViewAsync(host, "bob", "drill", "screws", "plugs");
            await LearnedAsync(host, "strainer", "teapot");
            await LearnedAsync(host, "plugs", "screws");

            await ViewAsync(host, "eve", "tea");
            await GranaryHost.WhenAsync(async () => await FirstForAsync(host, "eve") is { Item: "teapot" or "strainer", Reason: "seen with tea" });

            await ViewAsync(host, "eve", "drill");
            await GranaryHost.WhenAsync(async () => await FirstForAsync(host, "eve") is { Reason: "seen with drill" });
            await GranaryHost.WhenAsync(() => ValueTask.FromResult(host.Health.Partitions.Sum(p => p.Retained) == 0));
        }

        await using var again = await StartAsync(place);
        Assert.Equal("seen with drill", (await FirstForAsync(again, "eve"))?.Reason);
        var answer = await again.Grains.GetGrain<IVisitorGrain>("nobody").GetRecommendationsAsync(3, new() { Items = ["tea"] });
        Assert.Equal("seen with tea", answer.Items[0].Reason);
        Assert.Equal(["tea"], answer.Context);
    }

    [Fact]
    public async Task A_visitor_that_is_not_known_gets_what_trends_of_what_is_available()
    {
        await using var place = await PlaceAsync();
        await using var host = await StartAsync(place);
        await host.Grains.GetGrain<IEventGateway>(0).ProduceAsync(place.Name + "-catalogue",
        [
            Entry("tea", """{"category":"drinks","brand":"Hill"}"""), Entry("teapot", """{"available":false}"""),
            Entry("broken", "no JSON"), Entry("coffee", """{"category":"drinks"}"""),
        ]);
        foreach (var visitor in (string[])["ann", "bob", "eve"]) await ViewAsync(host, visitor, "teapot", "tea");
        await ViewAsync(host, "ann", "strainer");

        var trending = host.Grains.GetGrain<ITrendingGrain>(0);
        await GranaryHost.WhenAsync(async () =>
            await trending.GetAsync(10) is [{ Item: "tea", Score: > 2.9 and < 3.1 }, { Item: "strainer", Score: > 0.9 and < 1.1 }]);
        Assert.Equal("tea", Assert.Single(await trending.GetAsync(10, "drinks")).Item);
        var answer = await host.Grains.GetGrain<IVisitorGrain>("nobody").GetRecommendationsAsync(10);
        Assert.Equal("tea", answer.Items[0].Item);
        Assert.Contains(answer.Items, item => item is { Item: "coffee", Method: "new-items" });
        Assert.DoesNotContain(answer.Items, item => item.Item == "teapot");
    }

    [Fact]
    public async Task What_was_shown_and_clicked_counts_once_over_lost_activations_and_a_restart()
    {
        await using var place = await PlaceAsync();
        await using (var host = await StartAsync(place))
        {
            await ViewAsync(host, "ann", "tea", "teapot");
            var bob = host.Grains.GetGrain<IVisitorGrain>("bob");
            await GranaryHost.WhenAsync(async () => (await bob.GetRecommendationsAsync(5, new() { IsTrial = true })).Items.Count == 2);
            Assert.Equal(2, (await bob.GetRecommendationsAsync(5)).Items.Count);
            await ViewAsync(host, "bob", "tea");
            await CountedAsync(host, new("default", "*", 1, 1, 2, 1), new("default", "trending", 1, 1, 2, 1));

            await LoseAsync(host, bob);
            for (var i = 0; i < 8; i++) await LoseAsync(host, host.Grains.GetGrain<IFeedbackShard>($"{i}"));
            await ViewAsync(host, "bob", "tea", "teapot"); // what was clicked, again, and another item of the list
            await CountedAsync(host, new("default", "*", 1, 1, 2, 2), new("default", "trending", 1, 1, 2, 2));
            await GranaryHost.WhenAsync(() => ValueTask.FromResult(host.Health.Partitions.Sum(p => p.Retained) == 0));
        }

        await using var again = await StartAsync(place);
        await CountedAsync(again, new("default", "*", 1, 1, 2, 2), new("default", "trending", 1, 1, 2, 2));
    }

    [Fact]
    public async Task A_forgotten_visitor_is_known_neither_to_itself_nor_to_its_items_and_teaches_no_one()
    {
        await using var place = await PlaceAsync();
        await using (var host = await StartAsync(place))
        {
            await ViewAsync(host, "ann", "tea", "teapot");
            await LearnedAsync(host, "tea", "teapot");
            await LearnedAsync(host, "teapot", "tea");
            var ann = host.Grains.GetGrain<IVisitorGrain>("ann");
            var sessions = (await ann.GetAsync()).Sessions;
            Assert.Equal(1, await host.Grains.GetGrain<IItemGrain>("tea").CountKnownAsync(sessions));

            await GranaryHost.WhenAsync(async () => await HoldsAsync(host, "ann", "teapot"));
            CommandContext.Set("forget-ann", TimeProvider.System.GetUtcNow());
            Assert.Equal(1, await ann.ForgetAsync());
            Assert.Equal(1, await ann.ForgetAsync()); // the same command again: its first answer
            CommandContext.Clear();

            Assert.False(await HoldsAsync(host, "ann", "teapot"));
            var left = await ann.GetAsync();
            Assert.Empty(left.Sessions);
            Assert.Empty(left.Recent);
            foreach (var item in (string[])["tea", "teapot"])
                await GranaryHost.WhenAsync(async () => await host.Grains.GetGrain<IItemGrain>(item).CountKnownAsync(sessions) == 0);
            Assert.Empty(await host.Grains.GetGrain<IItemGrain>("tea").SimilarAsync(10));
            await GranaryHost.WhenAsync(() => ValueTask.FromResult(host.Health.Partitions.Sum(p => p.Retained) == 0));
        }

        await using var again = await StartAsync(place);
        Assert.Empty((await again.Grains.GetGrain<IVisitorGrain>("ann").GetAsync()).Recent);
        Assert.Empty(await again.Grains.GetGrain<IItemGrain>("teapot").SimilarAsync(10));
    }

    [Fact]
    public async Task What_is_no_interaction_becomes_a_dead_letter_and_what_is_too_much_is_counted()
    {
        await using var place = await PlaceAsync();
        await using var host = await StartAsync(place, "--Recommendations:Visitors:MaxInteractionsPerMinute=3");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var minute = now - (now % 60_000);
        string[] refused =
        [
            Interaction("ann", "", minute), Interaction("ann", "tea", now + 3_600_000), Interaction("ann", "tea", 0),
            Interaction("ann", "tea", now, "stroke"), """{"visitor":"ann"}""", "no JSON", """{"item":"tea"}""",
        ];
        await ProduceAsync(host, [.. refused, .. Enumerable.Range(0, 5).Select(i => Interaction("ann", $"i{i}", minute))]);
        var ann = host.Grains.GetGrain<IVisitorGrain>("ann");
        await GranaryHost.WhenAsync(async () => (await ann.GetAsync()).Refused.GetValueOrDefault("rate") == 2);
        Assert.Equal(["i0", "i1", "i2"], (await ann.GetAsync()).Recent.Select(item => item.Item));
        var letters = WholePathContract.ReadAll(host, host.Place.Name + "-interactions" + DeadLetters.Suffix, refused.Length);
        Assert.All(letters, letter => Assert.NotEmpty(letter.Message.Headers.GetLastBytes("reason")));
    }

    [Fact]
    public async Task A_session_far_ahead_is_not_learned_and_an_item_without_a_catalogue_entry_is_recommended_if_it_may_be()
    {
        await using var place = await PlaceAsync();
        await using var host = await StartAsync(place);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var session = SessionKey.Named("ann", "1");
        foreach (var ahead in (long[])[4_000_000, 0])
        {
            var notice = new System.Buffers.ArrayBufferWriter<byte>();
            new ItemNotice("tea", ahead == 0 ? session : SessionKey.Named("eve", "1"), now + ahead, 2, ["tea", "uncatalogued"]).Encode(notice);
            await host.Grains.GetGrain<IEventGateway>(0).ProduceAsync(place.Name + "-notices", [new("tea", notice.WrittenSpan.ToArray())]);
        }

        await GranaryHost.WhenAsync(async () => await host.Grains.GetGrain<IItemGrain>("tea").CountKnownAsync([session.ToString()]) == 1);
        Assert.Equal(0, await host.Grains.GetGrain<IItemGrain>("tea").CountKnownAsync([SessionKey.Named("eve", "1").ToString()]));
        var answer = await host.Grains.GetGrain<IVisitorGrain>("bob").GetRecommendationsAsync(5, new() { Items = ["tea"] });
        Assert.Equal("uncatalogued", answer.Items[0].Item);
        Assert.Empty((await host.Grains.GetGrain<IVisitorGrain>("bob").GetRecommendationsAsync(5, new() { Items = ["tea"], Category = "drinks" })).Items);
    }

    [Fact]
    public async Task Lost_activations_leave_items_neighbours_and_what_trends_as_if_none_had_been_lost()
    {
        await using var place = await PlaceAsync();
        await using var host = await StartAsync(place, "--Checkpoints:CheckpointInterval=00:00:02");
        var random = new Random(7);
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var expected = new ExpectedStates();
        for (var round = 0; round < 6; round++)
        {
            var events = Enumerable.Range(0, 60).Select(_ => (Visitor: $"v{random.Next(8)}", Item: $"i{random.Next(12)}", Time: time++)).ToArray();
            foreach (var (visitor, item, at) in events) expected.Apply(visitor, item, at);
            await ProduceAsync(host, [.. events.Select(e => Interaction(e.Visitor, e.Item, e.Time))]);
            var last = events[^1];
            await GranaryHost.WhenAsync(async () => (await host.Grains.GetGrain<IVisitorGrain>(last.Visitor).GetAsync()).Session is [.., var newest] && newest == last.Item);
            for (var i = 0; i < 4; i++)
            {
                await LoseAsync(host, host.Grains.GetGrain<IVisitorGrain>($"v{random.Next(8)}"));
                await LoseAsync(host, host.Grains.GetGrain<IItemGrain>($"i{random.Next(12)}"));
                await LoseAsync(host, host.Grains.GetGrain<ITrendingShard>($"{random.Next(8)}"));
            }
        }

        foreach (var (item, state) in expected.Items) await GranaryHost.WhenAsync(async () => Same(state.Sessions(), await NeighboursAsync(host, item)));
        await GranaryHost.WhenAsync(async () =>
        {
            var trending = await host.Grains.GetGrain<ITrendingGrain>(0).GetAsync(100);
            return trending.Count == expected.Taken.Count && trending.All(item => Math.Abs(item.Score - expected.Taken[item.Item]) < 0.01);
        });
    }

    [Fact]
    public async Task A_query_that_makes_no_sense_is_refused_with_what_would()
    {
        await using var place = await PlaceAsync();
        await using var host = await StartAsync(place);
        var visitor = host.Grains.GetGrain<IVisitorGrain>("ann");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await visitor.GetRecommendationsAsync(0));
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await visitor.GetRecommendationsAsync(1, new() { Variant = "b" }));
        Assert.Contains("default", error.Message, StringComparison.Ordinal);
        Assert.Empty((await visitor.GetRecommendationsAsync(1, new() { Items = ["", new string('x', 1000), "none"] })).Items);
    }

    private static async Task<GranaryHost> StartAsync(TestPlace place, params string[] more) => await GranaryHost.StartAsync(
        place,
        [
            "--Recommendations:Enabled=true", $"--Recommendations:InteractionsTopic={place.Name}-interactions",
            $"--Recommendations:NoticesTopic={place.Name}-notices", $"--Recommendations:CountsTopic={place.Name}-counts",
            $"--Recommendations:FeedbackTopic={place.Name}-feedback", $"--Recommendations:CatalogueTopic={place.Name}-catalogue", "--Recommendations:TrendingInterval=00:00:00.050", .. more,
        ]);

    /// <summary>Whether a visitor's row names an item.</summary>
    private static async Task<bool> HoldsAsync(GranaryHost host, string visitor, string item)
    {
        var row = await host.Services.GetRequiredService<IEntityStore>().ReadAsync(new EntityId("visitor", visitor), CancellationToken.None);
        return row is not null && row.State.Span.IndexOf(Encoding.UTF8.GetBytes(item)) >= 0;
    }

    private static Task CountedAsync(GranaryHost host, params FeedbackSum[] expected) => GranaryHost.WhenAsync(async () =>
        (await host.Grains.GetGrain<IFeedbackGrain>(0).GetAsync(48)).SequenceEqual(expected));

    private static ValueTask LoseAsync(GranaryHost host, IAddressable entity) =>
        host.Grains.GetGrain<IEventTarget>(entity.GetGrainId()).ForgetAsync();

    private static async Task<IReadOnlyList<Neighbour>> NeighboursAsync(GranaryHost host, string item) =>
        (await host.Grains.GetGrain<IItemSessions>(item).GetAsync()).Sessions.Neighbours(0, TimeSpan.FromDays(1), 100);

    private static bool Same(ItemSessions expected, IReadOnlyList<Neighbour> found)
    {
        var neighbours = expected.Neighbours(0, TimeSpan.FromDays(1), 100);
        return neighbours.Count == found.Count
            && neighbours.Zip(found).All(pair => pair.First.Item == pair.Second.Item && Math.Abs(pair.First.Score - pair.Second.Score) < 1e-9);
    }

    private static ProducedEvent Entry(string item, string json) => new(item, Encoding.UTF8.GetBytes(json));

    private static Task ViewAsync(GranaryHost host, string visitor, params string[] items)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return ProduceAsync(host, [.. items.Select((item, i) => Interaction(visitor, item, now + i))]);
    }

    private static Task ProduceAsync(GranaryHost host, string[] events) => host.Grains.GetGrain<IEventGateway>(0).ProduceAsync(
        host.Place.Name + "-interactions", [.. events.Select(json => new ProducedEvent(null, Encoding.UTF8.GetBytes(json)))]).AsTask();

    private static string Interaction(string visitor, string item, long time, string type = "view") =>
        JsonSerializer.Serialize(new { visitor, item, type, ts = time });

    private static Task LearnedAsync(GranaryHost host, string item, string neighbour) => GranaryHost.WhenAsync(async () =>
        (await host.Grains.GetGrain<IItemGrain>(item).SimilarAsync(10)).Any(similar => similar.Item == neighbour));

    private static async Task<RecommendedItem?> FirstForAsync(GranaryHost host, string visitor) =>
        (await host.Grains.GetGrain<IVisitorGrain>(visitor).GetRecommendationsAsync(5)).Items is [var first, ..] ? first : null;
}

/// <summary>What the same interactions come to without topics and grains.</summary>
internal sealed class ExpectedStates
{
    private readonly Dictionary<string, VisitorState> _visitors = [];

    public Dictionary<string, ItemState> Items { get; } = [];

    /// <summary>How many sessions took each item up.</summary>
    public Dictionary<string, int> Taken { get; } = [];

    public void Apply(string visitor, string item, long time)
    {
        if (!_visitors.TryGetValue(visitor, out var state)) _visitors.Add(visitor, state = new(visitor));
        var outcome = state.Apply(new(item, InteractionKind.View, time), time, new());
        if (outcome.IsNew) Taken[item] = Taken.GetValueOrDefault(item) + 1;
        foreach (var notice in outcome.Notices)
        {
            if (!Items.TryGetValue(notice.Item, out var told)) Items.Add(notice.Item, told = new(notice.Item));
            told.Apply(notice);
        }
    }
}

public sealed class EmbeddedRecommendationTests : RecommendationContract
{
    protected override Task<TestPlace> PlaceAsync() => Task.FromResult(TestPlace.Embedded());
}

public sealed class RealRecommendationTests : RecommendationContract
{
    protected override Task<TestPlace> PlaceAsync() => TestPlace.RealAsync();
}
