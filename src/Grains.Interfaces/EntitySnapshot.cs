using System.Collections.Immutable;

namespace Grains.Interfaces;

/// <summary>What is known of an entity at one moment.</summary>
[GenerateSerializer, Immutable, Alias("granary.EntitySnapshot")]
public sealed record EntitySnapshot
{
    [Id(0)]
    public required string Kind { get; init; }

    [Id(1)]
    public required string Key { get; init; }

    /// <summary>False: no event has come yet, and all below is empty.</summary>
    [Id(2)]
    public required bool Seen { get; init; }

    /// <summary>The number of events applied.</summary>
    [Id(3)]
    public long Count { get; init; }

    /// <summary>The time of the first event applied.</summary>
    [Id(4)]
    public DateTimeOffset? FirstTime { get; init; }

    /// <summary>The time of the last event applied, which need not be the latest.</summary>
    [Id(5)]
    public DateTimeOffset? LastTime { get; init; }

    /// <summary>By field name; only fields of type number that have had a value.</summary>
    [Id(6)]
    public IReadOnlyDictionary<string, FieldStatistics> Fields { get; init; } =
        ImmutableDictionary<string, FieldStatistics>.Empty;

    /// <summary>The last value of each field of type text or boolean ("true", "false"), by field name.</summary>
    [Id(7)]
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The alerts that are pending or firing.</summary>
    [Id(8)]
    public IReadOnlyList<Alert> Alerts { get; init; } = [];
}

/// <summary>
/// The values that a field has had. Values near the limits of a double may make a statistic infinite or not a number.
/// </summary>
[GenerateSerializer, Immutable, Alias("granary.FieldStatistics")]
public sealed record FieldStatistics
{
    [Id(0)]
    public required long Count { get; init; }

    [Id(1)]
    public required double Sum { get; init; }

    /// <summary><see cref="Sum"/> over <see cref="Count"/>.</summary>
    [Id(2)]
    public required double Mean { get; init; }

    [Id(3)]
    public required double Min { get; init; }

    [Id(4)]
    public required double Max { get; init; }

    /// <summary>The exponentially weighted mean, started from 0.</summary>
    [Id(5)]
    public required double EwMean { get; init; }

    /// <summary>The exponentially weighted variance, started from 0.</summary>
    [Id(6)]
    public required double EwVariance { get; init; }

    [Id(7)]
    public required double Last { get; init; }

    /// <summary>The last values, oldest first, as many as the kind keeps.</summary>
    [Id(8)]
    public required IReadOnlyList<double> Recent { get; init; }
}
