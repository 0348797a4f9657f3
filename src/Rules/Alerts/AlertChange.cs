using System.Collections.Immutable;

namespace Rules.Alerts;

public enum AlertPhase
{
    /// <summary>The condition holds, but not for long enough yet.</summary>
    Pending,
    Firing,
    Resolved,

    /// <summary>A pending alert ended without having fired.</summary>
    Inactive,

    /// <summary>A firing alert has not been acknowledged in time: it fires on, with other labels.</summary>
    Escalated,
}

/// <summary>An alert has changed.</summary>
public sealed record AlertChange
{
    public static readonly ImmutableSortedDictionary<string, string> NoLabels =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public required string Rule { get; init; }

    /// <summary><see cref="ActiveAlert.Number"/>: the same in all changes of an alert.</summary>
    public required long Number { get; init; }

    public required AlertPhase Phase { get; init; }

    /// <summary>When, in the time of the rule's clock: milliseconds since the Unix epoch.</summary>
    public required long Time { get; init; }

    /// <summary>The value judged; NaN: none.</summary>
    public required double Value { get; init; }

    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    public required string Message { get; init; }

    /// <summary>What the condition looked at, by its text.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Causes { get; init; } = [];
}
