using Confluent.Kafka;

namespace Load.Topics;

/// <summary>Reads a topic from its beginning to its present end.</summary>
internal static class TopicReader
{
    /// <summary>Gives each record to <paramref name="read"/>, in order within a partition; how many they were.</summary>
    public static long Read(string bootstrap, string topic, Action<ConsumeResult<byte[], byte[]>> read, CancellationToken cancellationToken)
    {
        var settings = new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = "granary-bench-reader",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchMaxBytes = 64 << 20,
            QueuedMaxMessagesKbytes = 64 << 10,
        };
        using var admin = new TopicAdmin(bootstrap);
        using var consumer = new ConsumerBuilder<byte[], byte[]>(settings).SetLogHandler(static (_, _) => { }).Build();
        var open = admin.Partitions(topic).ToHashSet();
        consumer.Assign(open.Select(p => new TopicPartitionOffset(p, Offset.Beginning)));
        long records = 0;
        while (open.Count > 0)
        {
            var record = consumer.Consume(cancellationToken);
            if (record.IsPartitionEOF)
            {
                open.Remove(record.TopicPartition);
                continue;
            }

            read(record);
            records++;
        }

        return records;
    }
}
