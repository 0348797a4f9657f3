using System.Collections.Immutable;

namespace Grains.Interfaces;

/// <summary>Where an alert stands.</summary>
[GenerateSerializer, Alias("granary.AlertState")]
public enum AlertState
{
    /// <summary>The condition holds, but not yet for as long as the rule demands.</summary>
    Pending,

    /// <summary>The alert has been sent.</summary>
    Firing,

    /// <summary>The alert is over, and that has been sent.</summary>
    Resolved,
}

/// <summary>An alert of one rule and one entity.</summary>
[GenerateSerializer, Immutable, Alias("granary.Alert")]
public sealed record Alert
{
    /// <summary>One for each time that the rule's condition begins to hold; kept from pending to resolved.</summary>
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required string Rule { get; init; }

    [Id(2)]
    public required AlertState State { get; init; }

    /// <summary>When the condition began to hold.</summary>
    [Id(3)]
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the alert fired; null while it is pending.</summary>
    [Id(4)]
    public DateTimeOffset? FiredAt { get; init; }

    /// <summary>The last value that the rule has judged.</summary>
    [Id(5)]
    public required double Value { get; init; }

    [Id(6)]
    public IReadOnlyDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>As it was sent when the alert fired; empty while it is pending.</summary>
    [Id(7)]
    public string Message { get; init; } = "";

    [Id(8)]
    public string? AcknowledgedBy { get; init; }

    [Id(9)]
    public string? AcknowledgedWhy { get; init; }

    [Id(10)]
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Whose it is, as the last assignment says.</summary>
    [Id(11)]
    public string? AssignedTo { get; init; }

    /// <summary>The newest assignments and comments, oldest first; all are in the history.</summary>
    [Id(12)]
    public IReadOnlyList<AlertRemark> Remarks { get; init; } = [];
}

/// <summary>What someone says of an alert.</summary>
[GenerateSerializer, Alias("granary.RemarkKind")]
public enum RemarkKind
{
    /// <summary>The text is what it says.</summary>
    Comment,

    /// <summary>The text is whose the alert is from now on.</summary>
    Assignment,
}

/// <summary>A comment or an assignment.</summary>
[GenerateSerializer, Immutable, Alias("granary.AlertRemark")]
public sealed record AlertRemark(
    [property: Id(0)] RemarkKind Kind, [property: Id(1)] string Who, [property: Id(2)] string Text, [property: Id(3)] DateTimeOffset At);

/// <summary>Someone comments on an alert, or assigns it. The same command may come twice and counts once.</summary>
[GenerateSerializer, Immutable, Alias("granary.RemarkOnAlert")]
public sealed record RemarkOnAlert
{
    /// <summary>The rule whose alert is meant.</summary>
    [Id(0)]
    public required string Rule { get; init; }

    /// <summary>Its <see cref="AlertRemark.At"/> is when the client issued the command.</summary>
    [Id(1)]
    public required AlertRemark Remark { get; init; }

    /// <summary>Fresh for each remark, the same for each time that it is sent.</summary>
    [Id(2)]
    public required Guid CommandId { get; init; }
}

/// <summary>Someone takes notice of an alert. The same command may come twice and counts once.</summary>
[GenerateSerializer, Immutable, Alias("granary.AlertAcknowledgement")]
public sealed record AlertAcknowledgement
{
    /// <summary>The rule whose alert is meant.</summary>
    [Id(0)]
    public required string Rule { get; init; }

    [Id(1)]
    public required string Who { get; init; }

    [Id(2)]
    public string Why { get; init; } = "";

    /// <summary>Fresh for each acknowledgement, the same for each time that it is sent.</summary>
    [Id(3)]
    public required Guid CommandId { get; init; }

    /// <summary>When the client issued it; it becomes <see cref="Alert.AcknowledgedAt"/>.</summary>
    [Id(4)]
    public required DateTimeOffset IssuedAt { get; init; }
}

/// <summary>An alert is neither pending nor firing, so there is nothing to acknowledge or to remark on.</summary>
[GenerateSerializer, Alias("granary.AlertNotActiveException")]
public sealed class AlertNotActiveException(string message) : Exception(message);
