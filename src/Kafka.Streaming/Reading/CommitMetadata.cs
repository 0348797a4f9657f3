using System.Globalization;

namespace Kafka.Streaming.Reading;

/// <summary>How far a partition's records have come in time.</summary>
/// <param name="Largest">The largest event time, milliseconds since the Unix epoch; 0: not known.</param>
/// <param name="ReachedAt">The timestamp of a record by which it was reached, likewise.</param>
internal readonly record struct PartitionTime(long Largest, long ReachedAt);

/// <summary>The metadata of a commit: whose topic it means, and the largest event time of the records before it.</summary>
internal static class CommitMetadata
{
    private const string Prefix = "granary topic ";
    private const string TimeMark = " time ";
    private const string ReachedMark = " at ";

    public static string Write(string topicId, PartitionTime time) => time.Largest == 0
        ? Prefix + topicId
        : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{topicId}{TimeMark}{time.Largest}{ReachedMark}{time.ReachedAt}");

    /// <summary>Whether a commit speaks of that topic. One without our metadata, as an operator makes, speaks of any.</summary>
    public static bool IsOf(string metadata, string topicId) =>
        !metadata.StartsWith(Prefix, StringComparison.Ordinal) || Split(metadata).Topic == Prefix + topicId;

    /// <summary>The time of the records before the commit.</summary>
    public static PartitionTime TimeOf(string metadata)
    {
        var parts = Split(metadata).Time.Split(ReachedMark);
        return parts.Length == 2
            && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var largest)
            && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var reachedAt)
            ? new(largest, reachedAt)
            : default;
    }

    private static (string Topic, string Time) Split(string metadata) =>
        metadata.IndexOf(TimeMark, StringComparison.Ordinal) is var at and >= 0
            ? (metadata[..at], metadata[(at + TimeMark.Length)..])
            : (metadata, "");
}
