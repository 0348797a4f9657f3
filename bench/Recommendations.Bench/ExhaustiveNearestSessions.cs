namespace Recommendations.Bench;

/// <summary>
/// V-SKNN as published (Ludewig and Jannach 2018), over all sessions since the beginning, with nothing left out and no
/// code of the library: the reference. Position weight i/n, vote decay 1 - 0.1 × step, inverse frequency ln(sessions /
/// the item's sessions) with weight 1.
/// </summary>
/// <param name="sampled">m, the newest sessions that share an item.</param>
/// <param name="neighbours">k, the most similar of these.</param>
public sealed class ExhaustiveNearestSessions(int sampled = 500, int neighbours = 100) : IEvaluated
{
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Session>> _byItem = new(StringComparer.Ordinal);

    public ValueTask<IReadOnlyList<string>> RecommendAsync(string session, int count, long now, CancellationToken cancellation)
    {
        if (!_sessions.TryGetValue(session, out var own))
            return new([]);
        var nearest = own.Items
            .SelectMany(item => _byItem[item])
            .Distinct()
            .Where(other => other != own)
            .OrderByDescending(static other => other.Last)
            .Take(sampled)
            .Select(other => (Session: other, Similarity: Similarity(own.Items, other)))
            .OrderByDescending(static other => other.Similarity)
            .ThenByDescending(static other => other.Session.Last)
            .Take(neighbours);
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (other, similarity) in nearest)
        {
            var step = 1;
            while (!other.Items.Contains(own.Items[^step]))
                step++;
            foreach (var item in other.Items)
            {
                var rarity = 1 + Math.Log((double)_sessions.Count / _byItem[item].Count);
                scores[item] = scores.GetValueOrDefault(item) + (similarity * Math.Max(0, 1 - (0.1 * step)) * rarity);
            }
        }

        return new([.. scores
            .OrderByDescending(static score => score.Value)
            .ThenBy(static score => score.Key, StringComparer.Ordinal)
            .Take(count)
            .Select(static score => score.Key)]);
    }

    public ValueTask RevealAsync(SessionEvent next, CancellationToken cancellation)
    {
        if (!_sessions.TryGetValue(next.Session, out var session))
            _sessions.Add(next.Session, session = new());
        session.Last = next.Time;
        if (!session.Items.Remove(next.Item))
        {
            if (!_byItem.TryGetValue(next.Item, out var sessions))
                _byItem.Add(next.Item, sessions = []);
            sessions.Add(session);
        }

        session.Items.Add(next.Item);
        return default;
    }

    private static double Similarity(List<string> own, Session other)
    {
        var sum = 0.0;
        for (var i = 0; i < own.Count; i++)
            sum += other.Items.Contains(own[i]) ? (i + 1.0) / own.Count : 0;
        return sum;
    }

    private sealed class Session
    {
        public List<string> Items { get; } = []; // distinct, in order of their last event

        public long Last { get; set; }
    }
}
