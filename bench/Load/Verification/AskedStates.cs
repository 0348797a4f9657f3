using Grains.Interfaces;
using Load.Processes;

namespace Load.Verification;

/// <summary>Holds what a running silo answers against the expectation, through the client library.</summary>
internal static class AskedStates
{
    private const string Where = "the silo's answer";
    private const int InFlight = 256;

    /// <summary>Asks for at most <paramref name="sample"/> entities, evenly chosen; how many that were.</summary>
    public static async Task<int> CheckAsync(
        ClusterAccess cluster, int sample, Expectation expected, Differences differences, CancellationToken cancellationToken)
    {
        var chosen = Choose(expected, sample);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(chosen, parallel, async (pair, token) =>
        {
            var snapshot = await cluster.Entities.GetAsync("entity", pair.Key, token);
            lock (differences) Check(pair.Key, pair.Value, snapshot, expected.JudgesAlerts, differences);
        });
        return chosen.Count;
    }

    private static List<KeyValuePair<string, ExpectedEntity>> Choose(Expectation expected, int sample)
    {
        var step = Math.Max(1.0, expected.Entities.Count / (double)Math.Max(1, sample));
        var ordered = expected.Entities.OrderBy(e => e.Key, StringComparer.Ordinal).ToList();
        return [.. Enumerable.Range(0, (int)(ordered.Count / step)).Select(i => ordered[(int)(i * step)])];
    }

    private static void Check(string key, ExpectedEntity entity, EntitySnapshot snapshot, bool judgesAlerts, Differences differences)
    {
        if (!snapshot.Seen || !snapshot.Fields.TryGetValue("value", out var value))
        {
            differences.EntityMissing(key, Where);
            return;
        }

        var found = new FoundEntity
        {
            Count = snapshot.Count,
            FirstTime = snapshot.FirstTime?.ToUnixTimeMilliseconds() ?? 0,
            LastTime = snapshot.LastTime?.ToUnixTimeMilliseconds() ?? 0,
            Sum = value.Sum,
            Min = value.Min,
            Max = value.Max,
            EwMean = value.EwMean,
            EwVariance = value.EwVariance,
            Last = value.Last,
            Recent = value.Recent,
            IsFiring = judgesAlerts ? snapshot.Alerts.Any(a => a.State == AlertState.Firing) : null,
        };
        if (Comparer.Difference(entity, found) is { } difference)
            differences.EntityWrong(key, Where, difference);
    }
}
