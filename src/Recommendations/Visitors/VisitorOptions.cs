namespace Recommendations.Visitors;

/// <summary>How a visitor's interactions become sessions, and what is too much.</summary>
public sealed class VisitorOptions
{
    /// <summary>
    /// A visitor that has done nothing for so long begins a new session, unless its interactions name their sessions.
    /// 30 minutes.
    /// </summary>
    public TimeSpan SessionGap { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Sessions that are remembered. The oldest beyond them is forgotten at its items too. 50.</summary>
    public int MaxSessions { get; set; } = 50;

    /// <summary>
    /// Interactions of a session; with one more it is taken for a robot's: it is forgotten at its items and teaches no
    /// more. 500.
    /// </summary>
    public int MaxSessionInteractions { get; set; } = 500;

    /// <summary>Interactions that are taken within a minute of their times; the rest is refused. 120.</summary>
    public int MaxInteractionsPerMinute { get; set; } = 120;

    /// <summary>Items that a visitor saw lately. 100.</summary>
    public int MaxRecentItems { get; set; } = 100;

    /// <summary>Bought items, the newest. 500.</summary>
    public int MaxPurchases { get; set; } = 500;

    /// <summary>How far an interaction's time may be ahead of its arrival. 5 minutes.</summary>
    public TimeSpan MaxAhead { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>An interaction that is older when it arrives is refused. 90 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    internal IEnumerable<string> Errors()
    {
        if (SessionGap <= TimeSpan.Zero)
            yield return $"{nameof(SessionGap)} is {SessionGap}; it must be above 0.";
        if (MaxAhead < TimeSpan.Zero)
            yield return $"{nameof(MaxAhead)} is {MaxAhead}; it must be 0 or more.";
        if (Retention <= SessionGap)
            yield return $"{nameof(Retention)} is {Retention}; it must be above {nameof(SessionGap)}.";
        foreach (var (name, value, limit) in (IEnumerable<(string, int, int)>)
            [
                (nameof(MaxSessions), MaxSessions, 1_000),
                (nameof(MaxSessionInteractions), MaxSessionInteractions, 1_000_000),
                (nameof(MaxInteractionsPerMinute), MaxInteractionsPerMinute, 1_000_000),
                (nameof(MaxRecentItems), MaxRecentItems, 10_000),
                (nameof(MaxPurchases), MaxPurchases, 10_000),
            ])
        {
            if (value < 1 || value > limit)
                yield return $"{name} is {value}; it must be 1 to {limit}.";
        }
    }
}
