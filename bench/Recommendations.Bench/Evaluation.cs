using System.Diagnostics;
using System.Text.Json;

namespace Recommendations.Bench;

/// <summary>
/// Replays events in the order of their times. For each event after the first of its session, in the last days:
/// recommends from the session so far, then reveals the event.
/// </summary>
public static class Evaluation
{
    public const int Count = 20;

    /// <param name="events">In order of time.</param>
    /// <param name="testDays">Events within so many days before the last one are tested.</param>
    public static async Task<EvaluationResult> RunAsync(
        IEvaluated evaluated, IReadOnlyList<SessionEvent> events, double testDays, CancellationToken cancellation = default)
    {
        var testFrom = events.Count == 0 ? 0 : events[^1].Time - (long)(testDays * 86_400_000);
        var begun = new HashSet<string>(StringComparer.Ordinal);
        var (items, recommended) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var tested = new HashSet<string>(StringComparer.Ordinal);
        var times = new List<double>();
        var (hits, ranks) = (0L, 0.0);
        foreach (var next in events)
        {
            if (!begun.Add(next.Session) && next.Time >= testFrom)
            {
                var start = Stopwatch.GetTimestamp();
                var found = await evaluated.RecommendAsync(next.Session, Count, next.Time, cancellation);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                tested.Add(next.Session);
                recommended.UnionWith(found.Take(Count));
                var place = found.Take(Count).TakeWhile(item => item != next.Item).Count();
                if (place < Math.Min(Count, found.Count))
                    (hits, ranks) = (hits + 1, ranks + (1.0 / (place + 1)));
            }

            await evaluated.RevealAsync(next, cancellation);
            items.Add(next.Item);
        }

        times.Sort();
        return new(
            tested.Count,
            times.Count,
            times.Count == 0 ? 0 : (double)hits / times.Count,
            times.Count == 0 ? 0 : ranks / times.Count,
            items.Count == 0 ? 0 : (double)recommended.Count / items.Count,
            Percentile(0.5),
            Percentile(0.9),
            Percentile(0.99));

        double Percentile(double part) => times.Count == 0 ? 0 : times[(int)(part * (times.Count - 1))];
    }
}

/// <param name="Sessions">That were tested, <paramref name="Events"/> times in all.</param>
/// <param name="HitRate">The part of the events whose item was among the 20.</param>
/// <param name="MeanReciprocalRank">1 / its place there, 0 if it was not; on average.</param>
/// <param name="Coverage">The part of all items that was ever recommended.</param>
/// <param name="P50">Of the time that a recommendation took, milliseconds.</param>
public sealed record EvaluationResult(
    int Sessions, int Events, double HitRate, double MeanReciprocalRank, double Coverage, double P50, double P90, double P99)
{
    /// <summary>In one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(new
    {
        sessions = Sessions,
        events = Events,
        hr20 = Math.Round(HitRate, 5),
        mrr20 = Math.Round(MeanReciprocalRank, 5),
        coverage20 = Math.Round(Coverage, 5),
        p50_ms = Math.Round(P50, 4),
        p90_ms = Math.Round(P90, 4),
        p99_ms = Math.Round(P99, 4),
    });
}
