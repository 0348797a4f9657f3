using System.IO.Hashing;
using System.Text;
using Checkpointing;
using Confluent.Kafka;
using Orleans.Streams;

namespace Kafka.Streaming.Topology;

/// <summary>One Orleans queue a partition, of those that exist now.</summary>
internal sealed class PartitionMapper(KafkaTopology topology) : IConsistentRingStreamQueueMapper
{
    public IEnumerable<QueueId> GetAllQueues() => topology.Partitions.Select(QueueOf);

    public QueueId GetQueueForStream(StreamId streamId)
    {
        var lane = LaneId.Parse(streamId.GetKeyAsString());
        return QueueOf(new TopicPartition(lane.Topic, lane.Partition));
    }

    public IEnumerable<QueueId> GetQueuesForRange(IRingRange range) =>
        GetAllQueues().Where(queue => range.InRange(queue.GetUniformHashCode()));

    public static TopicPartition PartitionOf(QueueId queue) =>
        new(queue.GetStringNamePrefix(), (int)queue.GetNumericId());

    private static QueueId QueueOf(TopicPartition partition) => QueueId.GetQueueId(
        partition.Topic, (uint)partition.Partition.Value,
        XxHash32.HashToUInt32(Encoding.UTF8.GetBytes($"{partition.Topic}/{partition.Partition.Value}")));
}
