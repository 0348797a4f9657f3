namespace Grains.Interfaces;

/// <summary>One entry of an entity's history.</summary>
[GenerateSerializer, Immutable, Alias("granary.HistoryEvent")]
public sealed record HistoryEvent
{
    /// <summary>The event's time; for an alert change the time of the event that caused it.</summary>
    [Id(0)]
    public required DateTimeOffset Time { get; init; }

    /// <summary>The source partition of the record, or what else caused it.</summary>
    [Id(1)]
    public required string Source { get; init; }

    /// <summary>The record's offset in the source.</summary>
    [Id(2)]
    public required long Offset { get; init; }

    /// <summary>Whether this is an alert change rather than an event.</summary>
    [Id(3)]
    public required bool IsAlert { get; init; }

    /// <summary>The event as it came, or the alert change as it was sent.</summary>
    [Id(4)]
    public required string Json { get; init; }
}
