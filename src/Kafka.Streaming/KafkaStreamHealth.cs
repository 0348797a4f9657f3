using System.Collections.Concurrent;

namespace Kafka.Streaming;

/// <summary>What a partition that this silo owns is doing.</summary>
public enum KafkaPartitionState
{
    /// <summary>Waits for its topic, its id, or the group's offset.</summary>
    Starting,

    /// <summary>Is read.</summary>
    Reading,

    /// <summary>Holds as much as it may until lanes make it durable.</summary>
    Paused,

    /// <summary>The committed offset is no longer in the log. Stands still until an operator commits another for the group.</summary>
    PositionLost,
}

/// <summary>One partition that this silo owns.</summary>
/// <param name="Fetched">The position after the last record read.</param>
/// <param name="Committed">The offset last committed.</param>
/// <param name="Lag">Records of the partition that are not durable; 0 when the end is not known yet.</param>
/// <param name="LastError">The last error of this partition that has not been followed by a success; null without one.</param>
public sealed record KafkaPartitionHealth(
    string Topic, int Partition, KafkaPartitionState State, long Fetched, long Committed, long Lag,
    int Retained, long RetainedBytes, string? LastError);

/// <summary>How the streams of this silo are doing; safe from any thread.</summary>
public sealed class KafkaStreamHealth
{
    /// <summary>The meter of all that Kafka.Streaming measures.</summary>
    public const string MeterName = "Granary.Kafka";

    private readonly ConcurrentDictionary<object, Func<KafkaPartitionHealth>> _partitions = new();
    private readonly ConcurrentDictionary<string, string> _errors = new();

    /// <summary>Every partition that this silo owns now.</summary>
    public IReadOnlyList<KafkaPartitionHealth> Partitions => [.. _partitions.Values.Select(state => state())
        .OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition)];

    /// <summary>Errors that stand, by what they concern: broker, commit, output, a missing topic.</summary>
    public IReadOnlyDictionary<string, string> Errors => new Dictionary<string, string>(_errors);

    /// <summary>No partition stands still and no error stands.</summary>
    public bool IsHealthy => _errors.IsEmpty
        && _partitions.Values.All(state => state().State != KafkaPartitionState.PositionLost);

    internal void Add(object owner, Func<KafkaPartitionHealth> state) => _partitions[owner] = state;

    internal void Remove(object owner) => _partitions.TryRemove(owner, out _);

    internal void Fail(string what, string error) => _errors[what] = error;

    internal void Recover(string what) => _errors.TryRemove(what, out _);
}
