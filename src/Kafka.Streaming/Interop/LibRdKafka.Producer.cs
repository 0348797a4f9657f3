using System.Runtime.InteropServices;

namespace Kafka.Streaming.Interop;

/// <summary>The functions of a producer, of rdkafka.h.</summary>
internal static unsafe partial class LibRdKafka
{
    public const int Ok = 0;
    public const int Producer = 0;          // RD_KAFKA_PRODUCER
    public const int CopyValue = 0x2;       // RD_KAFKA_MSG_F_COPY
    public const int PurgeAll = 0x1 | 0x2;  // RD_KAFKA_PURGE_F_QUEUE, RD_KAFKA_PURGE_F_INFLIGHT

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint ConfigurationNew();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_destroy")]
    public static partial void ConfigurationDestroy(nint configuration);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ConfigurationSet(nint configuration, string name, string value, byte* error, nint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_opaque")]
    public static partial void ConfigurationSetOpaque(nint configuration, nint opaque);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_dr_msg_cb")]
    public static partial void ConfigurationSetDelivered(nint configuration, delegate* unmanaged<nint, Message*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_error_cb")]
    public static partial void ConfigurationSetError(nint configuration, delegate* unmanaged<nint, int, byte*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_log_cb")]
    public static partial void ConfigurationSetLog(nint configuration, delegate* unmanaged<nint, int, byte*, byte*, void> callback);

    /// <summary>Takes the configuration over, unless it answers 0.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    public static partial nint New(int type, nint configuration, byte* error, nint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    public static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_opaque")]
    public static partial nint Opaque(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_poll")]
    public static partial int Poll(nint client, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_flush")]
    public static partial int Flush(nint client, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_purge")]
    public static partial int Purge(nint client, int flags);

    [LibraryImport(Library, EntryPoint = "rd_kafka_outq_len")]
    public static partial int Outstanding(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_fatal_error")]
    public static partial int FatalError(nint client, byte* text, nint textSize);

    /// <summary>Breaks a client for good, for a test.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_test_fatal_error", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int TestFatalError(nint client, int error, string reason);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint TopicNew(nint client, string name, nint configuration);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void TopicDestroy(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_last_error")]
    public static partial int LastError();

    /// <summary>Answers 0, or an error to be destroyed.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_produceva")]
    public static partial nint Produce(nint client, Part* parts, nint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_code")]
    public static partial int ErrorCode(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_destroy")]
    public static partial void ErrorDestroy(nint error);

    /// <summary>rd_kafka_vtype_t.</summary>
    public enum PartType
    {
        Topic = 2,  // its handle
        Value = 4,
        Key = 5,
        Opaque = 6,
        Flags = 7,
        Header = 9,
    }

    /// <summary>rd_kafka_vu_t: one part of a record that is produced.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 72)]
    public struct Part
    {
        [FieldOffset(0)]
        public PartType Type;

        /// <summary>A topic's handle, the opaque, or the start of a value, a key or a header's name.</summary>
        [FieldOffset(8)]
        public nint Pointer;

        [FieldOffset(8)]
        public int Number;

        /// <summary>Of a value or key.</summary>
        [FieldOffset(16)]
        public nint Size;

        /// <summary>Of a header.</summary>
        [FieldOffset(16)]
        public nint HeaderValue;

        [FieldOffset(24)]
        public nint HeaderSize;

        public static Part Bytes(PartType type, void* start, int size) => new() { Type = type, Pointer = (nint)start, Size = size };

        public static Part Header(byte* name, byte* value, int size) =>
            new() { Type = PartType.Header, Pointer = (nint)name, HeaderValue = (nint)value, HeaderSize = size };
    }
}
