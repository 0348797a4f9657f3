using Rules.Alerts;

namespace Notifications;

/// <summary>An alert has begun to fire, or has resolved.</summary>
public sealed record AlertNotice
{
    /// <summary>The same for firing and resolved, and another one when it fires again: <c>sensor/s17#3</c>.</summary>
    public required string AlertId { get; init; }

    public required string Kind { get; init; }

    public required string Entity { get; init; }

    public required string Rule { get; init; }

    /// <summary>True: it fires; false: it has resolved.</summary>
    public required bool IsFiring { get; init; }

    /// <summary>When it changed: milliseconds since the Unix epoch.</summary>
    public required long Time { get; init; }

    /// <summary>The rule's labels; <c>alertname</c>, <c>kind</c> and <c>entity</c> are added to them.</summary>
    public Labels Labels { get; init; } = AlertChange.NoLabels;

    public string Message { get; init; } = "";

    /// <summary>The value judged; NaN: none.</summary>
    public double Value { get; init; } = double.NaN;

    /// <summary>The notice of a change; null: nobody is notified of it, for it is pending or has never fired.</summary>
    public static AlertNotice? From(string kind, string entity, string alertId, AlertChange change) =>
        change.Phase is not (AlertPhase.Firing or AlertPhase.Escalated or AlertPhase.Resolved)
            ? null
            : new AlertNotice
            {
                AlertId = alertId,
                Kind = kind,
                Entity = entity,
                Rule = change.Rule,
                IsFiring = change.Phase is AlertPhase.Firing or AlertPhase.Escalated,
                Time = change.Time,
                Labels = change.Labels,
                Message = change.Message,
                Value = change.Value,
            };
}
