using System.Diagnostics;
using System.Globalization;
using Recommendations.Items;
using Recommendations.Methods;
using Recommendations.Trending;

namespace Recommendations.Bench;

/// <summary>The heaviest request: a session of 10 items, each with as many sessions as an item keeps.</summary>
internal static class Speed
{
    private const int Calls = 2000;
    private const long Now = 1_700_000_000_000;

    public static string Measure(int length)
    {
        var (recommender, request) = (new Recommender(new()), Request(length));
        for (var i = 0; i < Calls; i++)
            recommender.Recommend(request);
        var times = new double[Calls];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            recommender.Recommend(request);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
        Array.Sort(times);
        return string.Create(CultureInfo.InvariantCulture,
            $"sessions of {length,2} items: p50 {times[Calls / 2]:F3} ms, p99 {times[Calls * 99 / 100]:F3} ms, {allocated} B allocated");
    }

    private static RecommendationRequest Request(int length)
    {
        var random = new Random(1);
        var context = Enumerable.Range(0, 10).Select(i => $"own-{i}").ToArray();
        var states = context.ToDictionary(static item => item, static item => new ItemState(item));
        for (var session = 0; session < 10 * ItemState.MaxSessions; session++)
        {
            var own = context[session % 10];
            var others = Enumerable.Range(1, length - 1).Select(_ => (int)(20_000 * Math.Pow(random.NextDouble(), 3)));
            string[] items = [own, .. others.Distinct().Select(static other => $"item-{other}")];
            states[own].Apply(new(own, SessionKey.Named("", $"{session}"), Now - (session * 1000), items.Length, items));
        }

        var top = Enumerable.Range(0, 20_000).Select(static i => new TrendingItem($"item-{i}", "", 1.0 / (i + 1))).ToArray();
        return new()
        {
            Count = 20,
            Now = Now,
            Catalogue = new Catalogue(),
            Context = new(default, [.. context.Select(static item => new Visitors.SessionItem(item))]),
            Sessions = states.ToDictionary(static state => state.Key, static state => state.Value.Sessions()),
            Trending = TrendingItems.Merge(new TrendingTop(top, top.Sum(static item => item.Score))),
        };
    }
}
