using System.Globalization;

namespace Kafka.Streaming.Reading;

/// <summary>The metadata of a commit: whose topic it means, and the largest event time of the records before it.</summary>
internal static class CommitMetadata
{
    private const string Prefix = "granary topic ";
    private const string TimeMark = " time ";

    /// <param name="time">Milliseconds since the Unix epoch; 0: not known.</param>
    public static string Write(string topicId, long time) => time == 0
        ? Prefix + topicId
        : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{topicId}{TimeMark}{time}");

    /// <summary>Whether a commit speaks of that topic. One without our metadata, as an operator makes, speaks of any.</summary>
    public static bool IsOf(string metadata, string topicId) =>
        !metadata.StartsWith(Prefix, StringComparison.Ordinal) || Split(metadata).Topic == Prefix + topicId;

    /// <summary>The largest event time before the commit; 0: not known.</summary>
    public static long TimeOf(string metadata) =>
        long.TryParse(Split(metadata).Time, CultureInfo.InvariantCulture, out var time) ? time : 0;

    private static (string Topic, string Time) Split(string metadata) =>
        metadata.IndexOf(TimeMark, StringComparison.Ordinal) is var at and >= 0
            ? (metadata[..at], metadata[(at + TimeMark.Length)..])
            : (metadata, "");
}
