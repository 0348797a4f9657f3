using System.Text;
using Confluent.Kafka;

namespace Kafka.Streaming.Interop;

/// <summary>An offset of the group.</summary>
/// <param name="Offset">-1001 when there is none.</param>
/// <param name="Metadata">What was committed with it.</param>
internal readonly record struct GroupOffset(string Topic, int Partition, long Offset, string Metadata);

/// <summary>Reads and commits offsets with their metadata. Both block: for a thread of one's own.</summary>
internal static unsafe class GroupOffsets
{
    public static GroupOffset Read(nint client, string topic, int partition, TimeSpan timeout)
    {
        var list = LibRdKafka.PartitionListNew(1);
        try
        {
            var item = LibRdKafka.PartitionListAdd(list, topic, partition);
            ThrowOn(LibRdKafka.Committed(client, list, (int)timeout.TotalMilliseconds));
            item = list->Items;
            ThrowOn(item->Error);
            var metadata = item->Metadata is null
                ? ""
                : Encoding.UTF8.GetString(item->Metadata, checked((int)item->MetadataLength));
            return new GroupOffset(topic, partition, item->Offset, metadata);
        }
        finally
        {
            LibRdKafka.PartitionListDestroy(list);
        }
    }

    /// <returns>The error of each offset; null where it is committed.</returns>
    public static KafkaException?[] Commit(nint client, IReadOnlyList<GroupOffset> offsets)
    {
        var list = LibRdKafka.PartitionListNew(offsets.Count);
        try
        {
            foreach (var offset in offsets)
                Fill(client, LibRdKafka.PartitionListAdd(list, offset.Topic, offset.Partition), offset);
            var error = LibRdKafka.Commit(client, list, isAsync: 0);
            var errors = new KafkaException?[offsets.Count];
            for (var i = 0; i < errors.Length; i++)
            {
                // The list keeps its order. An error of all leaves those of the partitions at 0.
                var own = list->Items[i].Error != 0 ? list->Items[i].Error : error;
                errors[i] = own == 0 ? null : new KafkaException(new Error((ErrorCode)own, LibRdKafka.Text(own)));
            }
            return errors;
        }
        finally
        {
            LibRdKafka.PartitionListDestroy(list);
        }
    }

    // The list frees the metadata with librdkafka's allocator, so it must come from there.
    private static void Fill(nint client, LibRdKafka.Partition* item, GroupOffset offset)
    {
        item->Offset = offset.Offset;
        if (offset.Metadata.Length == 0)
            return;
        var length = Encoding.UTF8.GetByteCount(offset.Metadata);
        item->Metadata = (byte*)LibRdKafka.Allocate(client, length + 1);
        Encoding.UTF8.GetBytes(offset.Metadata, new Span<byte>(item->Metadata, length));
        item->Metadata[length] = 0;
        item->MetadataLength = length;
    }

    private static void ThrowOn(int error)
    {
        if (error != 0)
            throw new KafkaException(new Error((ErrorCode)error, LibRdKafka.Text(error)));
    }
}
