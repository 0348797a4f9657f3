using System.Globalization;
using Recommendations.Methods;
using Recommendations.Trending;
using Recommendations.Visitors;
using static Recommendations.Tests.Build;

namespace Recommendations.Tests;

public sealed class RecommenderTests
{
    private readonly RecommendationOptions _options = new();
    private readonly Catalogue _catalogue = new();
    private readonly Items _items = new();

    public RecommenderTests()
    {
        foreach (var (item, category) in new[] { ("lamp", "light"), ("bulb", "light"), ("desk", "wood"), ("chair", "wood"), ("cup", "") })
            _catalogue.Set(new(item, category, Start));
    }

    [Fact]
    public void Nearest_sessions_score_as_published()
    {
        // Own session a, b, c: weights 1/3, 2/3, 1.
        _items.Apply(Session(1, Start, "a", "b", "x")); // similarity 1, newest shared b: decay 0.8
        _items.Apply(Session(2, Start, "c", "y"));      // similarity 1, newest shared c: decay 0.9
        _items.Apply(Session(3, Start, "a", "x", "y")); // similarity 1/3, newest shared a: decay 0.7
        var trending = TrendingItems.Merge(new TrendingTop([new("x", "", 4), new("y", "", 1)], 8));
        _options.SessionHalfLife = TimeSpan.FromDays(1);
        var found = Only(MethodNames.NearestSessions).Recommend(Request(9, "a", "b", "c") with { Trending = trending, Now = Start + Day });
        var x = (0.8 + (0.7 / 3)) * (1 + Math.Log(2));
        var y = (0.9 + (0.7 / 3)) * (1 + Math.Log(8));
        Assert.Equal("y", found[0].Item);
        Assert.Equal(x / y, found.Single(item => item.Item == "x").Score, 12);
        Assert.Equal(("nearest-sessions", "seen with c"), (found[0].Method, found[0].Reason));
    }

    [Fact]
    public void Only_the_newest_sampled_sessions_and_the_most_similar_of_them_vote()
    {
        (_options.SampledSessions, _options.Neighbours) = (3, 2);
        _items.Apply(Session(1, Start, "a", "b", "too-old"));
        _items.Apply(Session(2, Start + 1, "a", "b", "near"));
        _items.Apply(Session(3, Start + 2, "a", "less-near"));
        _items.Apply(Session(4, Start + 3, "b", "also-near"));
        var found = Only(MethodNames.NearestSessions).Recommend(Request(9, "a", "b"));
        Assert.Contains(found, item => item.Item == "near" && item.Score > 0);
        Assert.Contains(found, item => item.Item == "also-near");
        Assert.DoesNotContain(found, item => item.Item is "too-old" or "less-near");
    }

    [Fact]
    public void The_visitors_own_session_does_not_vote()
    {
        var visitor = new VisitorState("v");
        foreach (var item in new[] { "a", "b", "c" })
            _items.Apply(visitor.Apply(item, Start).Notices);
        foreach (var method in new[] { MethodNames.NearestSessions, MethodNames.ItemToItem })
        {
            var found = Only(method).Recommend(Request(9) with { Context = visitor.Context(), Sessions = _items.Sessions() });
            Assert.DoesNotContain(found, item => item.Item is "a" or "b");
        }
    }

    [Fact]
    public void Item_to_item_gives_the_neighbours_of_the_newest_item()
    {
        _items.Apply(Session(1, Start, "a", "x"));
        _items.Apply(Session(2, Start, "b", "y"));
        _items.Apply(Session(3, Start, "b", "y", "z"));
        var found = Only(MethodNames.ItemToItem).Recommend(Request(2, "a", "b"));
        Assert.Equal(["y", "z"], found.Select(item => item.Item));
        Assert.Equal("seen with b", found[0].Reason);
        _options.CoOccurrenceItems = 2;
        Assert.Contains(Only(MethodNames.ItemToItem).Recommend(Request(3, "a", "b")), item => item.Reason == "seen with a");
    }

    [Fact]
    public void Reminders_prefer_the_cart_and_the_young_and_leave_out_the_bought()
    {
        var request = Request(3) with
        {
            Recent =
            [
                new("bulb", Start - (4 * Day), 1, InteractionKind.View),
                new("desk", Start, 1, InteractionKind.View),
                new("lamp", Start, 1, InteractionKind.Cart),
                new("cup", Start, 5, InteractionKind.Purchase),
            ],
            Purchases = new Dictionary<string, long> { ["cup"] = Start },
        };
        Assert.Equal(["lamp", "desk", "bulb"], Only(MethodNames.Reminders).Recommend(request).Select(item => item.Item));
    }

    [Fact]
    public void Trending_prefers_the_categories_of_the_session()
    {
        var trending = TrendingItems.Merge(
            new TrendingTop([new("cup", "", 10), new("desk", "wood", 8), new("chair", "wood", 7), new("lamp", "light", 9)], 34));
        var unknown = Only(MethodNames.Trending).Recommend(Request(3) with { Trending = trending });
        Assert.Equal(["cup", "lamp", "desk"], unknown.Select(item => item.Item));
        var known = Only(MethodNames.Trending).Recommend(Request(3, "chair") with { Trending = trending });
        Assert.Equal("desk", known[0].Item);
        Assert.Equal("trending in wood", known[0].Reason);
        // Two of the session's items count for wood what they weigh together, more than chair has overall.
        var several = Only(MethodNames.Trending).Recommend(Request(3, "lamp", "chair", "desk") with { Trending = trending });
        Assert.Equal("trending in wood", several.Single(item => item.Item == "chair").Reason);
        var wanted = Only(MethodNames.Trending).Recommend(Request(3) with { Trending = trending, Category = "light" });
        Assert.Equal(["lamp", "bulb"], wanted.Select(item => item.Item));
    }

    [Fact]
    public void New_items_are_the_youngest()
    {
        _catalogue.Set(new("news", "wood", Start + Day));
        var found = Only(MethodNames.NewItems).Recommend(Request(1) with { Now = Start + Day });
        Assert.Equal(new Recommendation("news", 1, "new-items", "new"), found[0]);
    }

    [Fact]
    public void Nobody_known_gets_as_many_as_there_are()
    {
        var found = new Recommender(_options).Recommend(Request(5));
        Assert.Equal(5, found.DistinctBy(item => item.Item).Count());
        Assert.Equal(5, new Recommender(_options).Recommend(Request(50)).Count);
        Assert.Empty(new Recommender(_options).Recommend(Request(5) with { Catalogue = new Catalogue() }));
    }

    [Fact]
    public void An_unknown_item_in_the_session_still_gets_a_full_answer() =>
        Assert.Equal(5, new Recommender(_options).Recommend(Request(5, "nobody-knows-it")).Count);

    [Fact]
    public void What_is_bought_looked_at_or_not_available_is_not_recommended()
    {
        _catalogue.Set(new("desk", "wood", Start, Available: false));
        _items.Apply(Session(1, Start, "lamp", "bulb", "desk", "chair", "elsewhere"));
        var request = Request(50, "lamp") with { Purchases = new Dictionary<string, long> { ["bulb"] = Start } };
        Assert.Equal(["chair", "cup", "elsewhere"], new Recommender(_options).Recommend(request).Select(item => item.Item).Order());
        _options.OnlyCatalogued = true;
        Assert.Equal(["chair", "cup"], new Recommender(_options).Recommend(request).Select(item => item.Item).Order());
        _options.ExcludeBought = false;
        Assert.Equal(["bulb", "chair", "cup"], new Recommender(_options).Recommend(request).Select(item => item.Item).Order());
    }

    [Fact]
    public void A_category_gets_no_more_than_its_share_unless_nothing_else_is_left()
    {
        _items.Apply(Session(1, Start, "cup", "desk", "chair"));
        _items.Apply(Session(2, Start, "cup", "lamp", "bulb"));
        _items.Apply(Session(3, Start, "cup", "desk", "chair"));
        _options.MaxCategoryShare = 0.5;
        var found = new Recommender(_options).Recommend(Request(2, "cup")).Select(item => _catalogue.Find(item.Item)!.Category);
        Assert.Equal(["wood", "light"], found);
        Assert.Equal(4, new Recommender(_options).Recommend(Request(4, "cup")).Count);
        _options.MaxCategoryShare = 0.1;
        Assert.Equal(4, new Recommender(_options).Recommend(Request(4, "cup")).Count);
    }

    [Fact]
    public void Rules_boost_and_exclude()
    {
        _items.Apply(Session(1, Start, "cup", "desk", "chair"));
        _items.Apply(Session(2, Start, "cup", "desk"));
        var plain = new Recommender(_options).Recommend(Request(3, "cup"));
        var ruled = new Recommender(_options, null, new Rule("chair", 10), new Rule("lamp", 0)).Recommend(Request(9, "cup"));
        Assert.Equal("desk", plain[0].Item);
        Assert.Equal("chair", ruled[0].Item);
        Assert.DoesNotContain(ruled, item => item.Item == "lamp");
    }

    [Fact]
    public void A_blend_adds_each_methods_share_of_its_best()
    {
        _items.Apply(Session(1, Start, "cup", "desk", "chair"));
        _items.Apply(Session(2, Start, "cup", "desk"));
        _items.Apply(Session(3, Start, "cup", "bulb"));
        var weights = new Dictionary<string, double> { [MethodNames.NearestSessions] = 1, [MethodNames.Trending] = 0.6 };
        var trending = TrendingItems.Merge(new TrendingTop([new("lamp", "light", 2), new("desk", "wood", 1)], 3));
        _options.InverseFrequencyWeight = 0;
        var found = new Recommender(_options, weights).Recommend(Request(4, "cup") with { Trending = trending });
        // The cup itself is in all sessions, but as it is not shown, the desk is the best.
        Assert.Equal([("desk", 1.3), ("lamp", 0.6), ("bulb", 0.5), ("chair", 0.5)], found.Select(item => (item.Item, Math.Round(item.Score, 9))));
        Assert.Equal(["nearest-sessions", "trending", "nearest-sessions", "nearest-sessions"], found.Select(item => item.Method));
    }

    [Fact]
    public void Equal_scores_come_in_the_order_of_their_ids_whatever_the_order_of_arrival()
    {
        var names = Enumerable.Range(0, 300).Select(i => i.ToString("D3", CultureInfo.InvariantCulture)).ToArray();
        var answers = new HashSet<string>();
        for (var seed = 0; seed < 3; seed++)
        {
            new Random(seed).Shuffle(names);
            var items = new Items();
            foreach (var name in names)
                items.Apply(Session(int.Parse(name, CultureInfo.InvariantCulture), Start, "cup", name));
            var found = Only(MethodNames.ItemToItem).Recommend(Request(20, "cup") with { Sessions = items.Sessions() });
            answers.Add(string.Join(' ', found.Select(item => item.Item)));
        }

        Array.Sort(names, StringComparer.Ordinal);
        Assert.Equal(string.Join(' ', names.Take(20)), Assert.Single(answers));
    }

    [Fact]
    public void A_call_over_10_items_of_500_sessions_allocates_little()
    {
        var random = new Random(1);
        for (var session = 0; session < 2_000; session++)
            _items.Apply(Session(session, Start + session, [.. Enumerable.Range(0, 6).Select(_ => $"i{random.Next(12)}").Distinct()]));
        var request = Request(20, [.. Enumerable.Range(0, 10).Select(i => $"i{i}")]) with { Now = Start + Day };
        Assert.All(request.Sessions.Values, sessions => Assert.Equal(500, sessions.Count));
        var recommender = new Recommender(_options);
        for (var i = 0; i < 5; i++)
            recommender.Recommend(request);
        var before = GC.GetAllocatedBytesForCurrentThread();
        recommender.Recommend(request);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 16_384);
    }

    [Fact]
    public void A_count_below_1_is_a_mistake_of_the_caller() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Recommender(_options).Recommend(Request(0)));

    private Recommender Only(string method) => new(_options, new Dictionary<string, double> { [method] = 1 });

    private RecommendationRequest Request(int count, params string[] session) => new()
    {
        Count = count,
        Now = Start,
        Catalogue = _catalogue,
        Context = new(SessionKey.Named("me", "now"), [.. session.Select(item => new SessionItem(item))]),
        Sessions = _items.Sessions(),
    };

    private sealed class Rule(string item, double factor) : IRerankRule
    {
        public double Factor(string candidate, CatalogueItem? entry, RecommendationRequest request) => candidate == item ? factor : 1;
    }
}
