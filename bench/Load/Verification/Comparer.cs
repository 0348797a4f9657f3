using System.Globalization;

namespace Load.Verification;

/// <summary>An entity as it was found, in HBase or by asking a silo.</summary>
internal sealed record FoundEntity
{
    public required long Count { get; init; }

    public required long FirstTime { get; init; }

    public required long LastTime { get; init; }

    public required double Sum { get; init; }

    public required double Min { get; init; }

    public required double Max { get; init; }

    public required double EwMean { get; init; }

    public required double EwVariance { get; init; }

    public required double Last { get; init; }

    public required IReadOnlyList<double> Recent { get; init; }

    /// <summary>Null: not judged.</summary>
    public required bool? IsFiring { get; init; }

    /// <summary>The offset after the last record applied; null where it is not known.</summary>
    public long? Applied { get; init; }
}

/// <summary>Holds what was found against what is expected. Numbers must be the same to the bit.</summary>
internal static class Comparer
{
    /// <summary>The first difference; null when there is none.</summary>
    public static string? Difference(ExpectedEntity expected, FoundEntity found) =>
        Differs("count", expected.Count, found.Count)
        ?? (found.Applied is { } applied && (applied < expected.Applied || applied > expected.AppliedAtMost)
            ? Text("applied", $"{expected.Applied} to {expected.AppliedAtMost}", applied)
            : null)
        ?? Differs("first time", expected.FirstTime, found.FirstTime)
        ?? Differs("last time", expected.LastTime, found.LastTime)
        ?? Differs("sum", expected.Sum, found.Sum)
        ?? Differs("min", expected.Min, found.Min)
        ?? Differs("max", expected.Max, found.Max)
        ?? Differs("weighted mean", expected.EwMean, found.EwMean)
        ?? Differs("weighted variance", expected.EwVariance, found.EwVariance)
        ?? Differs("last", expected.Last, found.Last)
        ?? (expected.Recent.SequenceEqual(found.Recent) ? null : Text("recent", List(expected.Recent), List(found.Recent)))
        ?? (found.IsFiring is null || expected.IsFiring == found.IsFiring ? null : Text("firing", expected.IsFiring, found.IsFiring!));

    private static string? Differs(string what, long expected, long found) =>
        expected == found ? null : Text(what, expected, found);

    private static string? Differs(string what, double expected, double found) =>
        expected.Equals(found) ? null : Text(what, expected, found);

    private static string List(IEnumerable<double> values) =>
        string.Join(' ', values.Select(v => v.ToString(CultureInfo.InvariantCulture)));

    private static string Text(string what, object expected, object found) =>
        string.Create(CultureInfo.InvariantCulture, $"{what}: expected {expected}, found {found}");
}
