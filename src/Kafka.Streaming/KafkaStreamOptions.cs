namespace Kafka.Streaming;

/// <summary>What a silo reads from Kafka, and how.</summary>
public sealed class KafkaStreamOptions
{
    /// <summary>host:port, comma separated.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>The group under which offsets are committed. Orleans places partitions; the group never assigns any.</summary>
    public string GroupId { get; set; } = "";

    /// <summary>The topics to read.</summary>
    public IList<KafkaTopicOptions> Topics { get; } = [];

    /// <summary>Into how many lanes a partition is split. The same on every silo of a cluster.</summary>
    public int Lanes { get; set; } = 8;

    /// <summary>Most records of one window.</summary>
    public int MaxWindowRecords { get; set; } = 32_768;

    /// <summary>Most bytes of one window; a single larger record still passes.</summary>
    public long MaxWindowBytes { get; set; } = 16 << 20;

    /// <summary>Bytes of keys and values that a partition may hold, until they are durable, before its reading pauses.</summary>
    public long MaxBufferedBytesPerPartition { get; set; } = 64 << 20;

    /// <summary>Records that a partition may hold, until they are durable, before its reading pauses.</summary>
    public int MaxBufferedRecordsPerPartition { get; set; } = 1_000_000;

    /// <summary>How often durable offsets that have moved are committed.</summary>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A lane that has records which are not yet durable and was silent for so long is asked where it stands.</summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often topics are looked at: new partitions, missing topics, topics made anew.</summary>
    public TimeSpan TopologyInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A partition to which nothing has come for so long is idle: its event time goes on with the wall clock, so that what is due
    /// by then happens.
    /// </summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Stands for every topic's id; for a broker that knows none, as the embedded one. Null: the broker's ids.</summary>
    public string? TopicId { get; set; }

    /// <summary>Outputs that may await the broker's acknowledgement at once; more wait their turn.</summary>
    public int MaxOutputsInFlight { get; set; } = 20_000;

    /// <summary>Settings of librdkafka for every client. They win over the provider's own.</summary>
    public IDictionary<string, string> Common { get; } = new Dictionary<string, string>();

    /// <summary>Settings of librdkafka for the consumer. They win over <see cref="Common"/>.</summary>
    public IDictionary<string, string> Consumer { get; } = new Dictionary<string, string>();

    /// <summary>Settings of librdkafka for the producer of outputs. They win over <see cref="Common"/>.</summary>
    public IDictionary<string, string> Producer { get; } = new Dictionary<string, string>();
}

/// <summary>A topic to read.</summary>
public sealed class KafkaTopicOptions
{
    public string Name { get; set; } = "";

    /// <summary>Where the entity's key is: null is the record's key, else a dotted path to a text or number in its JSON value.</summary>
    public string? KeyPath { get; set; }

    /// <summary>
    /// When the event of a record's value, timestamp and version happened, milliseconds since the Unix epoch; 0: not known. With it each
    /// record carries the largest time of its partition before it, and commits preserve that. Null (default): nobody asks. Must not throw.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, long, long, long>? EventTime { get; set; }

    /// <summary>
    /// Whether windows name the version that each record is to be applied by (see <see cref="Checkpointing.IRecordVersions"/>, which must be registered).
    /// </summary>
    public bool IsVersioned { get; set; }

    /// <summary>A record whose key and value have more bytes becomes a dead letter.</summary>
    public int MaxRecordBytes { get; set; } = 1 << 20;
}
