using Rules.Aggregates;
using Rules.Alerts;
using Rules.Anomaly;
using Rules.Codec;
using Rules.Coded;
using Rules.Patterns;

namespace Rules.Engine;

/// <summary>What one entity keeps for one scope and one combination of its <c>by</c> values.</summary>
internal sealed class GroupState
{
    public GroupState(RuleScope scope, string key, KeyValuePair<string, string>[] labels)
    {
        Key = key;
        Labels = labels;
        Aggregates = [.. scope.Series.Select(series => series.New())];
        Patterns = [.. scope.Patterns.Select(pattern => pattern.New())];
        Anomalies = [.. scope.Anomalies.Select(_ => new AnomalyDetector())];
        Code = [.. scope.Code.Select(code => code.Rule.NewState())];
        Seen = new long[scope.Seen.Length];
        Alerts = new ActiveAlert?[scope.Rules.Length];
    }

    /// <summary>Its <c>by</c> values, as a key; empty without any.</summary>
    public string Key { get; }

    /// <summary>Its <c>by</c> values, by field.</summary>
    public KeyValuePair<string, string>[] Labels { get; }

    public Aggregate[] Aggregates { get; }

    public SequencePattern[] Patterns { get; }

    public AnomalyDetector[] Anomalies { get; }

    /// <summary>What rules in C# keep.</summary>
    public CodedState[] Code { get; }

    /// <summary>Each of them, by its place in <see cref="RuleScope.KeptIds"/>.</summary>
    public IKept Kept(int place)
    {
        foreach (var kept in (ReadOnlySpan<IKept[]>)[Aggregates, Patterns, Anomalies, Code])
        {
            if (place < kept.Length) return kept[place];
            place -= kept.Length;
        }

        throw new ArgumentOutOfRangeException(nameof(place));
    }

    /// <summary>By filter of <c>absent</c>: the time of the last event for which it held; at first of the group's first event.</summary>
    public long[] Seen { get; }

    /// <summary>By rule: its alert, pending or firing; null when inactive.</summary>
    public ActiveAlert?[] Alerts { get; }

    /// <summary>The time of the newest event of the group.</summary>
    public long LastTime { get; set; } = long.MinValue;

    /// <summary>How many events came too late for a window.</summary>
    public long Late { get; set; }

    /// <summary>No timer is due before it; a lower bound.</summary>
    public long DueAtLeast { get; set; } = long.MaxValue;

    /// <summary>Whether something that only events put off was not due any more when that was set.</summary>
    public bool IsPartlyArmed { get; set; }

    public bool IsNew => LastTime == long.MinValue;

    public bool HasAlert
    {
        get
        {
            foreach (var alert in Alerts)
                if (alert is not null)
                    return true;
            return false;
        }
    }
}
