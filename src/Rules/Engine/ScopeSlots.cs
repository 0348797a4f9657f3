using Rules.Language;

namespace Rules.Engine;

/// <summary>Hands out the places of what a scope's groups keep: equal windows, patterns, .. of several rules are kept once.</summary>
internal sealed class ScopeSlots
{
    /// <summary>Completed patterns of an event are the bits of a number.</summary>
    public const int MaxPatterns = 64;

    public List<AggregateSpec> Aggregates { get; } = [];

    public List<PatternSpec> Patterns { get; } = [];

    public List<Expression> Anomalies { get; } = [];

    /// <summary>The filters of <c>absent</c>; null: every event.</summary>
    public List<Expression?> SeenFilters { get; } = [];

    /// <summary>Rules in C#.</summary>
    public List<CompiledCode> Code { get; } = [];

    public int Aggregate(AggregateSpec spec) => Place(Aggregates, spec);

    public int Anomaly(Expression argument) => Place(Anomalies, argument);

    public int Seen(Expression? filter) => Place(SeenFilters, filter);

    public int Pattern(PatternSpec spec) => Place(Patterns, spec);

    private static int Place<T>(List<T> list, T item)
    {
        var place = list.IndexOf(item);
        if (place >= 0) return place;
        list.Add(item);
        return list.Count - 1;
    }
}
