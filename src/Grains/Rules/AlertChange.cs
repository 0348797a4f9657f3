using System.Collections.Immutable;
using Grains.Interfaces;

namespace Grains.Rules;

/// <summary>An alert has fired or resolved.</summary>
internal sealed record AlertChange
{
    public required string Rule { get; init; }

    /// <summary><see cref="ActiveAlert.Number"/>: the same for firing and resolved.</summary>
    public required long Number { get; init; }

    /// <summary><see cref="AlertState.Firing"/> or <see cref="AlertState.Resolved"/>.</summary>
    public required AlertState State { get; init; }

    /// <summary>The time of the event that changed it, milliseconds since the Unix epoch.</summary>
    public required long Time { get; init; }

    /// <summary>The value judged.</summary>
    public required double Value { get; init; }

    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    public required string Message { get; init; }
}
