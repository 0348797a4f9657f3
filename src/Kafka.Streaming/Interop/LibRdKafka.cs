using System.Reflection;
using System.Runtime.InteropServices;

namespace Kafka.Streaming.Interop;

/// <summary>
/// The few functions of librdkafka that Confluent.Kafka does not show: reading in batches without an object a record,
/// metadata of commits, and the mock cluster. They work on the handle of a client that Confluent.Kafka has built, or on that of a
/// producer of our own.
/// </summary>
internal static unsafe partial class LibRdKafka
{
    private const string Library = "librdkafka";

    static LibRdKafka() => NativeLibrary.SetDllImportResolver(typeof(LibRdKafka).Assembly, Resolve);

    /// <summary>The native handle of a client of Confluent.Kafka; it stays valid for as long as that client.</summary>
    public static nint Handle(Confluent.Kafka.Handle client) =>
        typeof(Confluent.Kafka.Handle)
            .GetProperty("LibrdkafkaHandle", BindingFlags.Instance | BindingFlags.NonPublic)?
            .GetValue(client) is SafeHandle handle
                ? handle.DangerousGetHandle()
                : throw new NotSupportedException("This version of Confluent.Kafka hides the handle of librdkafka elsewhere.");

    // Confluent.Kafka loads one of several builds of the library; a handle means something only to that one.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (System.Diagnostics.ProcessModule module in System.Diagnostics.Process.GetCurrentProcess().Modules)
        {
            if (module.ModuleName.Contains("librdkafka", StringComparison.Ordinal)
                && !module.ModuleName.Contains("librdkafkacpp", StringComparison.Ordinal))
                return NativeLibrary.Load(module.FileName);
        }
        return 0;
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_get_consumer")]
    public static partial nint QueueGetConsumer(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void QueueDestroy(nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_yield")]
    public static partial void QueueYield(nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_batch_queue")]
    public static partial nint ConsumeBatchQueue(nint queue, int timeoutMs, Message** messages, nint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_poll")]
    public static partial Message* ConsumerPoll(nint client, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_destroy")]
    public static partial void MessageDestroy(Message* message);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_timestamp")]
    [SuppressGCTransition]
    public static partial long MessageTimestamp(Message* message, out int type);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_name")]
    public static partial byte* TopicName(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_err2str")]
    private static partial byte* ErrorText(int error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_new")]
    public static partial PartitionList* PartitionListNew(int size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_destroy")]
    public static partial void PartitionListDestroy(PartitionList* list);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_add", StringMarshalling = StringMarshalling.Utf8)]
    public static partial Partition* PartitionListAdd(PartitionList* list, string topic, int partition);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mem_malloc")]
    public static partial void* Allocate(nint client, nint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_commit")]
    public static partial int Commit(nint client, PartitionList* offsets, int isAsync);

    [LibraryImport(Library, EntryPoint = "rd_kafka_committed")]
    public static partial int Committed(nint client, PartitionList* partitions, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_handle_mock_cluster")]
    public static partial nint MockCluster(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial byte* MockBootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MockTopicCreate(nint cluster, string topic, int partitions, int replicas);

    public static string Text(int error) => Text(ErrorText(error));

    public static string MockBootstrapServers(nint cluster) => Text(MockBootstraps(cluster));

    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    /// <summary>rd_kafka_message_t of rdkafka.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public byte* Payload;
        public nint PayloadLength;
        public byte* Key;
        public nint KeyLength;
        public long Offset;
        public nint Private;

        public readonly ReadOnlySpan<byte> ValueSpan => new(Payload, checked((int)PayloadLength));

        public readonly ReadOnlySpan<byte> KeySpan => new(Key, checked((int)KeyLength));
    }

    /// <summary>rd_kafka_topic_partition_t of rdkafka.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Partition
    {
        public byte* Topic;
        public int Number;
        public long Offset;
        public byte* Metadata;
        public nint MetadataLength;
        public nint Opaque;
        public int Error;
        public nint Private;
    }

    /// <summary>rd_kafka_topic_partition_list_t of rdkafka.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PartitionList
    {
        public int Count;
        public int Size;
        public Partition* Items;
    }
}
