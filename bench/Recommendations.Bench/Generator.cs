namespace Recommendations.Bench;

/// <summary>
/// Sessions with a known structure. A session follows one topic: a sequence of items that it mostly walks forward
/// through. Every item is in several topics of unequal popularity, so one item alone tells little of what comes next;
/// two tell the topic. Some events are of another topic, some return to an item of the session. Topics are popular by a
/// power law, and each one's popularity goes up and down over the days.
/// </summary>
public sealed class Generator(int seed, int days, int sessionsPerDay, int items = 1500, int topics = 300)
{
    private const int ItemsOfTopic = 20;
    private const long Day = 86_400_000;
    private const long Begin = 1_700_000_000_000;

    private readonly Random _random = new(seed);
    private readonly List<SessionEvent> _events = [];
    private int[][] _topics = [];

    /// <summary>All events, in order of time. The same arguments give the same events.</summary>
    public IReadOnlyList<SessionEvent> Generate()
    {
        _events.Clear();
        _topics = [.. Enumerable.Range(0, topics)
            .Select(_ => Enumerable.Range(0, ItemsOfTopic).Select(_ => _random.Next(items)).ToArray())];
        var phases = Enumerable.Range(0, topics).Select(_ => _random.NextDouble()).ToArray();
        for (var day = 0; day < days; day++)
        {
            var popularity = Enumerable.Range(0, topics)
                .Select(topic => (1 + (3 * Math.Max(0, Math.Sin(2 * Math.PI * ((day / 10.0) + phases[topic])))))
                    / Math.Pow(topic + 5, 0.8))
                .ToArray();
            for (var session = 0; session < sessionsPerDay; session++)
                Walk($"s{day}-{session}", Begin + (day * Day) + _random.NextInt64(Day), popularity);
        }

        return [.. _events.OrderBy(static e => e.Time)];
    }

    private void Walk(string session, long time, double[] popularity)
    {
        var topic = Draw(popularity);
        var at = _random.Next(ItemsOfTopic);
        var item = _topics[topic][at];
        var seen = new List<int>();
        for (var length = 0; length < 30; length++)
        {
            _events.Add(new(session, $"i{item}", time));
            seen.Add(item);
            if (length > 0 && _random.NextDouble() < 0.2)
                return;
            time += 1000 * _random.NextInt64(5, 240);
            var chance = _random.NextDouble();
            if (chance < 0.12)
            {
                item = seen[_random.Next(seen.Count)];
                continue;
            }

            if (chance < 0.2)
            {
                item = _topics[Draw(popularity)][_random.Next(ItemsOfTopic)];
                continue;
            }

            at = (at + 1 + Skewed(ItemsOfTopic - 1)) % ItemsOfTopic;
            item = _topics[topic][at];
        }
    }

    private int Draw(double[] weights)
    {
        var left = _random.NextDouble() * weights.Sum();
        for (var i = 0; i < weights.Length - 1; i++)
        {
            left -= weights[i];
            if (left < 0)
                return i;
        }

        return weights.Length - 1;
    }

    private int Skewed(int count) => (int)(count * Math.Pow(_random.NextDouble(), 2));
}
