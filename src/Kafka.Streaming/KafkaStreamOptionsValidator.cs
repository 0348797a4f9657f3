using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Kafka.Streaming;

/// <summary>Reports every wrong setting of one named provider at start-up.</summary>
internal sealed partial class KafkaStreamOptionsValidator(
    string name, IOptionsMonitor<KafkaStreamOptions> options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var errors = Errors(options.Get(name)).ToList();
        if (errors.Count > 0)
            throw new OrleansConfigurationException(
                $"Kafka streams '{name}': {string.Join(' ', errors)}");
    }

    private static IEnumerable<string> Errors(KafkaStreamOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.BootstrapServers)
            && !options.Common.ContainsKey("bootstrap.servers"))
            yield return $"{nameof(options.BootstrapServers)} is missing (host:port).";
        if (string.IsNullOrWhiteSpace(options.GroupId))
            yield return $"{nameof(options.GroupId)} is missing.";
        if (options.Topics.Count == 0)
            yield return $"{nameof(options.Topics)} names no topic.";
        foreach (var error in options.Topics.SelectMany(TopicErrors))
            yield return error;
        foreach (var twice in options.Topics.GroupBy(topic => topic.Name).Where(group => group.Count() > 1))
            yield return $"{nameof(options.Topics)} names '{twice.Key}' twice.";
        foreach (var error in NumberErrors(options))
            yield return error;
        foreach (var key in ForbiddenSettings(options))
            yield return key;
    }

    private static IEnumerable<string> TopicErrors(KafkaTopicOptions topic)
    {
        if (!TopicName().IsMatch(topic.Name))
            yield return $"Topics: '{topic.Name}' cannot be a topic's name (1-249 of a-z A-Z 0-9 . _ -).";
        if (topic.MaxRecordBytes <= 0)
            yield return $"Topics: {nameof(topic.MaxRecordBytes)} of '{topic.Name}' must be positive.";
        if (topic.KeyPath is { } path && path.Split('.').Any(string.IsNullOrEmpty))
            yield return $"Topics: {nameof(topic.KeyPath)} '{path}' of '{topic.Name}' must be names joined by dots.";
    }

    private static IEnumerable<string> NumberErrors(KafkaStreamOptions options)
    {
        if (options.Lanes is < 1 or > 256)
            yield return $"{nameof(options.Lanes)} must be 1 to 256.";
        foreach (var (key, value) in new (string, long)[]
        {
            (nameof(options.MaxWindowRecords), options.MaxWindowRecords),
            (nameof(options.MaxWindowBytes), options.MaxWindowBytes),
            (nameof(options.MaxBufferedBytesPerPartition), options.MaxBufferedBytesPerPartition),
            (nameof(options.MaxBufferedRecordsPerPartition), options.MaxBufferedRecordsPerPartition),
            (nameof(options.MaxOutputsInFlight), options.MaxOutputsInFlight),
            (nameof(options.CommitInterval), options.CommitInterval.Ticks),
            (nameof(options.ProbeInterval), options.ProbeInterval.Ticks),
            (nameof(options.TopologyInterval), options.TopologyInterval.Ticks),
            (nameof(options.IdleAfter), options.IdleAfter.Ticks),
        })
        {
            if (value <= 0)
                yield return $"{key} must be positive.";
        }
    }

    // The reader commits by itself, and only what is durable; the rest of these would undo that.
    private static readonly string[] _forbidden =
        ["enable.auto.commit", "enable.auto.offset.store", "group.id", "enable.partition.eof"];

    private static IEnumerable<string> ForbiddenSettings(KafkaStreamOptions options) =>
        from settings in new[] { (nameof(options.Common), options.Common), (nameof(options.Consumer), options.Consumer) }
        from key in _forbidden
        where settings.Item2.ContainsKey(key)
        select $"{settings.Item1} must not set {key}: the provider does.";

    [GeneratedRegex(@"^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$")]
    private static partial Regex TopicName();
}
