using System.Globalization;

namespace Checkpointing;

/// <summary>What becomes of a record that no entity can take.</summary>
public static class DeadLetters
{
    /// <summary>Appended to a topic's name: where its dead letters go.</summary>
    public const string Suffix = ".dead-letter";

    // A value that was refused for its size is of use only where it begins.
    private const int MaxRefusedBytes = 64 * 1024;

    // A record's headers share the broker's limit with its value, and a stack is of use only where it begins.
    private const int MaxStackLength = 8_000;

    /// <summary>Whether a topic is one of dead letters.</summary>
    public static bool IsTopic(string topic) => topic.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>
    /// The record as it came, on its way to <c>topic.dead-letter</c>, with headers <c>reason</c>, <c>origin</c>
    /// (<c>topic/partition/offset</c>, also its id), <c>timestamp</c> (milliseconds since the Unix epoch) and <c>stack</c>.
    /// </summary>
    public static Output Create(string topic, int partition, in EventRecord record, string reason, string? stack = null)
    {
        var origin = Origin(topic, partition, record.Offset);
        var headers = new Dictionary<string, string>
        {
            ["reason"] = reason,
            ["origin"] = origin,
            ["timestamp"] = record.Timestamp.ToString(CultureInfo.InvariantCulture),
        };
        if (stack is not null)
            headers["stack"] = stack.Length <= MaxStackLength ? stack : stack[..MaxStackLength];
        return new Output
        {
            Id = origin,
            Topic = topic + Suffix,
            Key = record.Key,
            Value = record.Value,
            Headers = headers,
        };
    }

    /// <summary>
    /// An output that the broker refuses for good, on its way to the dead letters of the topic whose record caused it: headers
    /// <c>reason</c>, <c>origin</c> and <c>output</c> (its id) and <c>output-topic</c>. A long value is cut off.
    /// </summary>
    public static Output Create(string topic, int partition, long offset, Output refused, string reason)
    {
        var origin = Origin(topic, partition, offset);
        return new Output
        {
            Id = $"{origin}/{refused.Id}",
            Topic = topic + Suffix,
            Key = refused.Key,
            Value = refused.Value.Length <= MaxRefusedBytes ? refused.Value : refused.Value[..MaxRefusedBytes],
            Headers = new Dictionary<string, string>
            {
                ["reason"] = reason,
                ["origin"] = origin,
                ["output"] = refused.Id,
                ["output-topic"] = refused.Topic,
            },
        };
    }

    private static string Origin(string topic, int partition, long offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{topic}/{partition}/{offset}");
}
