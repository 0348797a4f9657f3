namespace Kafka.Streaming;

/// <summary>Joins the provider's settings of librdkafka with the user's, which win.</summary>
internal static class ClientSettings
{
    public static Dictionary<string, string> Consumer(KafkaStreamOptions options) => Join(options, options.Consumer, new()
    {
        ["group.id"] = options.GroupId,
        ["enable.auto.commit"] = "false",
        ["enable.auto.offset.store"] = "false",
        // The end of a partition tells that no record fills the gap before it (aborted, compacted, markers).
        ["enable.partition.eof"] = "true",
        ["auto.offset.reset"] = "error",
        // A fetch that waits holds up partitions that have just been assigned or resumed.
        ["fetch.wait.max.ms"] = "100",
        ["fetch.queue.backoff.ms"] = "5",
        ["fetch.error.backoff.ms"] = "100",
        ["queued.min.messages"] = "50000",
        ["queued.max.messages.kbytes"] = "65536",
        ["fetch.message.max.bytes"] = "1048576",
        // A topic that does not exist yet must not be made with the broker's default number of partitions.
        ["allow.auto.create.topics"] = "false",
        ["topic.metadata.refresh.interval.ms"] = "30000",
        ["reconnect.backoff.max.ms"] = "2000",
        ["log.connection.close"] = "false",
    });

    public static Dictionary<string, string> Producer(KafkaStreamOptions options) => Join(options, options.Producer, new()
    {
        ["enable.idempotence"] = "true",
        ["acks"] = "all",
        // What comes while a request is on its way gathers anyway, and an alert does not wait.
        ["linger.ms"] = "0",
        ["compression.type"] = "lz4",
        // As Java's producer: a key keeps its partition whoever sends it.
        ["partitioner"] = "murmur2",
        // The caller decides how long it waits.
        ["message.timeout.ms"] = "0",
        ["queue.buffering.max.messages"] = "100000",
        ["reconnect.backoff.max.ms"] = "2000",
        ["log.connection.close"] = "false",
    });

    public static Dictionary<string, string> Admin(KafkaStreamOptions options) => Join(options, new Dictionary<string, string>(), new()
    {
        ["log.connection.close"] = "false",
    });

    private static Dictionary<string, string> Join(
        KafkaStreamOptions options, IDictionary<string, string> own, Dictionary<string, string> settings)
    {
        settings["bootstrap.servers"] = options.BootstrapServers;
        foreach (var (key, value) in options.Common.Concat(own))
            settings[key] = value;
        return settings;
    }
}
