using System.Collections.Immutable;
using Notifications.Groups;

namespace Notifications.Receivers;

/// <summary>What a receiver is told: some alerts of a group.</summary>
internal sealed record Notification
{
    /// <summary>Idempotency key: the same for each attempt, and for no other notification.</summary>
    public required string Key { get; init; }

    /// <summary>The receiver's name in the configuration.</summary>
    public required string Receiver { get; init; }

    public required GroupKey Group { get; init; }

    public required ImmutableArray<Alert> Alerts { get; init; }

    /// <summary>The address of what people open; empty: none.</summary>
    public required string ExternalUrl { get; init; }

    /// <summary>After this the group is told of again if its alerts still fire.</summary>
    public required TimeSpan RepeatedWithin { get; init; }

    public bool IsFiring => Alerts.Any(a => a.IsFiring);

    /// <summary>Firing while one of the alerts is.</summary>
    public string Status => IsFiring ? "firing" : "resolved";

    public Labels CommonLabels => LabelSet.Common([.. Alerts.Select(a => a.Labels)]);

    public Labels CommonAnnotations => LabelSet.Common([.. Alerts.Select(a => a.Annotations)]);
}
