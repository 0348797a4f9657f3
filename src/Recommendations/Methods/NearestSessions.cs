using System.Buffers;
using System.Runtime.InteropServices;

namespace Recommendations.Methods;

/// <summary>
/// V-SKNN (Ludewig and Jannach 2018) over the items' own lists of sessions, as VMIS-kNN (Kersbergen, Sprangers and
/// Schelter 2022) does: of the sessions that share an item with the visitor's, the m newest; of these the k most
/// similar by the sum of the shared items' decayed weights; each votes for its items with its similarity × (1 - 0.1 ×
/// steps back to the newest shared item) × (1 + w × ln inverse frequency). A session's similarity also halves every
/// half-life.
/// </summary>
public sealed class NearestSessions(RecommendationOptions options) : IRecommendationMethod
{
    [ThreadStatic]
    private static Dictionary<SessionKey, int>? t_places;
    [ThreadStatic]
    private static List<Candidate>? t_candidates;

    public string Name => MethodNames.NearestSessions;

    public string Reason(string? because) => $"seen with {because}";

    public void Score(RecommendationRequest request, ReadOnlySpan<ContextItem> context, ScoreBoard board)
    {
        var candidates = Sample(request.Context.Session, context);
        foreach (ref var candidate in CollectionsMarshal.AsSpan(candidates))
            candidate.Similarity *= Decay.Of(request.Now - candidate.Time, options.SessionHalfLife);
        if (candidates.Count > options.Neighbours) // else all of them vote
            candidates.Sort(static (a, b) => a.Similarity != b.Similarity
                ? b.Similarity.CompareTo(a.Similarity)
                : (b.Time, b.Key).CompareTo((a.Time, a.Key)));
        var nearest = CollectionsMarshal.AsSpan(candidates)[..Math.Min(candidates.Count, options.Neighbours)];
        for (var i = 0; i < context.Length; i++)
            Vote(nearest, i, context[i], board);
        foreach (var place in board.Scored)
        {
            ref var entry = ref board[place];
            entry.Score *= 1 + (options.InverseFrequencyWeight * request.Trending.InverseFrequency(entry.Item));
        }
    }

    /// <summary>
    /// The newest sessions but the visitor's own, each with the sum of the weights of the items that it shares.
    /// </summary>
    private List<Candidate> Sample(SessionKey own, ReadOnlySpan<ContextItem> context)
    {
        var places = t_places ??= [];
        var candidates = t_candidates ??= [];
        places.Clear();
        candidates.Clear();
        Span<int> next = stackalloc int[context.Length]; // of each list, the number of sessions not yet looked at
        for (var i = 0; i < next.Length; i++)
            next[i] = context[i].Sessions?.Count ?? 0;
        while (Newest(context, next) is >= 0 and var i)
        {
            var sessions = context[i].Sessions!;
            var (at, key) = (--next[i], sessions.Key(next[i]));
            if (key == own)
                continue;
            if (places.TryGetValue(key, out var place))
            {
                ref var known = ref CollectionsMarshal.AsSpan(candidates)[place];
                known.Similarity += context[i].Weight;
                if (i < known.Context)
                    (known.Context, known.Session) = (i, at);
                continue;
            }

            var time = sessions.Time(at);
            if (candidates.Count < options.SampledSessions)
            {
                places.Add(key, candidates.Count);
                candidates.Add(new() { Key = key, Time = time, Similarity = context[i].Weight, Context = i, Session = at });
            }
            else if (time < candidates[^1].Time)
            {
                break; // what is older than the oldest of the sample is in none of the lists before here
            }
        }

        return candidates;
    }

    /// <summary>Which list has the newest session that is not yet looked at; -1: none.</summary>
    private static int Newest(ReadOnlySpan<ContextItem> context, ReadOnlySpan<int> next)
    {
        var newest = -1;
        var (time, key) = (0L, default(SessionKey));
        for (var i = 0; i < next.Length; i++)
        {
            if (next[i] == 0)
                continue;
            var other = context[i].Sessions!.Time(next[i] - 1);
            if (newest >= 0 && (other < time || (other == time && context[i].Sessions!.Key(next[i] - 1) <= key)))
                continue;
            (newest, time, key) = (i, other, context[i].Sessions!.Key(next[i] - 1));
        }

        return newest;
    }

    /// <summary>
    /// The votes of the neighbours whose newest shared item is this one: they share a decay and a reason.
    /// </summary>
    private static void Vote(Span<Candidate> nearest, int place, ContextItem shared, ScoreBoard board)
    {
        var decay = 1 - (0.1 * shared.Step);
        if (shared.Sessions is not { } sessions || decay <= 0)
            return;
        var sums = ArrayPool<double>.Shared.Rent(sessions.Slots);
        Array.Clear(sums);
        foreach (ref readonly var neighbour in nearest)
        {
            if (neighbour.Context != place)
                continue;
            foreach (var number in sessions.ItemsOf(neighbour.Session))
                sums[number] += neighbour.Similarity;
        }

        for (var number = 0; number < sessions.Slots; number++)
        {
            if (sums[number] > 0)
                board.Add(sessions.Id(number), sums[number] * decay, shared.Item);
        }

        ArrayPool<double>.Shared.Return(sums);
    }

    private struct Candidate
    {
        public SessionKey Key;
        public long Time;
        public double Similarity;
        public int Context; // the place of its newest shared item
        public int Session; // its number among that item's
    }
}
