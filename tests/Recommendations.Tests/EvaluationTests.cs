using Recommendations.Bench;
using Recommendations.Methods;

namespace Recommendations.Tests;

public sealed class EvaluationTests
{
    private static readonly Lazy<IReadOnlyList<SessionEvent>> Events =
        new(() => new Generator(seed: 1, days: 6, sessionsPerDay: 1000).Generate());

    [Fact]
    public async Task Nearest_sessions_beat_co_occurrence_which_beats_trending()
    {
        var nearest = await RunAsync(MethodNames.NearestSessions);
        var coOccurrence = await RunAsync(MethodNames.ItemToItem);
        var trending = await RunAsync(MethodNames.Trending);
        Assert.True(nearest.HitRate > coOccurrence.HitRate + 0.1, $"{nearest} {coOccurrence}");
        Assert.True(nearest.MeanReciprocalRank > coOccurrence.MeanReciprocalRank + 0.02, $"{nearest} {coOccurrence}");
        Assert.True(coOccurrence.HitRate > trending.HitRate + 0.2, $"{coOccurrence} {trending}");
    }

    [Fact]
    public async Task Nearest_sessions_match_an_exhaustive_implementation()
    {
        var nearest = await RunAsync(MethodNames.NearestSessions);
        var reference = await Evaluation.RunAsync(new ExhaustiveNearestSessions(), Events.Value, testDays: 1);
        Assert.Equal((reference.Sessions, reference.Events), (nearest.Sessions, nearest.Events));
        Assert.InRange(nearest.HitRate, reference.HitRate - 0.01, reference.HitRate + 0.01);
        Assert.InRange(nearest.MeanReciprocalRank, reference.MeanReciprocalRank - 0.01, reference.MeanReciprocalRank + 0.01);
    }

    [Fact]
    public async Task An_event_is_asked_for_before_it_is_revealed_and_used_right_after()
    {
        var script = new Script();
        SessionEvent[] events =
        [
            new("s", "a", 0), new("t", "b", 1000), new("s", "c", 2000), new("s", "d", 90_000_000), new("t", "a", 90_000_001),
        ];
        var result = await Evaluation.RunAsync(script, events, testDays: 2);
        Assert.Equal(["a", "b", "?s", "c", "?s", "d", "?t", "a"], script.Calls);
        Assert.Equal((2, 3, 2.0 / 3, (1 + 0.5) / 3), (result.Sessions, result.Events, result.HitRate, result.MeanReciprocalRank));
    }

    [Fact]
    public async Task Events_before_the_test_days_and_no_events_are_not_tested()
    {
        SessionEvent[] events = [new("s", "a", 0), new("s", "c", 2000), new("t", "a", 90_000_001), new("t", "c", 90_000_002)];
        var result = await Evaluation.RunAsync(new Script(), events, testDays: 1);
        Assert.Equal((1, 1), (result.Sessions, result.Events));
        Assert.Equal(0, (await Evaluation.RunAsync(new Script(), [], testDays: 1)).Events);
        Assert.StartsWith("{\"sessions\":1,\"events\":1,\"hr20\":1,\"mrr20\":1,\"coverage20\":1,\"p50_ms\":", result.ToJson());
    }

    [Fact]
    public void A_file_is_read_in_order_of_time()
    {
        var text = new StringWriter();
        SessionFile.Write(text, [new("s", "b", 2000), new("s", "a", 1500)]);
        Assert.Equal([new("s", "a", 1500), new("s", "b", 2000)], SessionFile.Read(new StringReader(text.ToString())));
        Assert.Equal(
            [new("7", "9", 1_462_752_000_250)],
            SessionFile.Read(new StringReader("Time\tSessionId\tOther\tItemId\n1462752000.25\t7\tx\t9\n")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SessionId\tItemId\n")]
    [InlineData("SessionId\tItemId\tTime\ns\ta\n")]
    [InlineData("SessionId\tItemId\tTime\ns\ta\tsoon\n")]
    public void A_wrong_file_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => SessionFile.Read(new StringReader(text)));

    [Fact]
    public void The_same_seed_gives_the_same_events() =>
        Assert.Equal(new Generator(3, 2, 50).Generate(), new Generator(3, 2, 50).Generate());

    private static Task<EvaluationResult> RunAsync(string method) => Evaluation.RunAsync(
        new PureStates(new() { ExcludeNewest = 0 }, new Dictionary<string, double> { [method] = 1 }), Events.Value, testDays: 1);

    private sealed class Script : IEvaluated
    {
        public List<string> Calls { get; } = [];

        public ValueTask<IReadOnlyList<string>> RecommendAsync(string session, int count, long now, CancellationToken cancellation)
        {
            Calls.Add($"?{session}");
            return new(["c", "a"]);
        }

        public ValueTask RevealAsync(SessionEvent next, CancellationToken cancellation)
        {
            Calls.Add(next.Item);
            return default;
        }
    }
}
