using System.IO.Hashing;
using System.Text.Unicode;
using Checkpointing;
using Kafka.Streaming.Interop;

namespace Kafka.Streaming.Reading;

/// <summary>
/// Copies fetched messages of one topic out of librdkafka's memory: many into one array, which the garbage collector frees
/// when the last of their records is gone. Finds each record's key and its lane.
/// </summary>
internal sealed unsafe class RecordCopier(KafkaTopicOptions topic, int lanes, PartitionTime time)
{
    // A full chunk is a large object: it is not cleared when it is made, nor moved while its records wait to be durable.
    private const int ChunkBytes = 256 * 1024;

    private readonly KeyPath? _keyPath = topic.KeyPath is null ? null : new KeyPath(topic.KeyPath);
    // An event further ahead of its record's timestamp has a wrong clock: it would close the windows of everybody else.
    private const long MaxAheadMs = 3_600_000;

    private byte[] _chunk = [];
    private int _used;

    /// <summary>How far the records have come. Kept only for a topic that has <see cref="KafkaTopicOptions.EventTime"/>.</summary>
    public PartitionTime Time { get; private set; } = time;

    /// <summary>Copies messages of one partition, in their order.</summary>
    public void Copy(ReadOnlySpan<nint> messages, VersionStarts versions, Span<EventRecord> records, Span<int> recordLanes)
    {
        var remaining = 0L;
        foreach (var message in messages)
            remaining += SizeToCopy((LibRdKafka.Message*)message);
        for (var i = 0; i < messages.Length; i++)
        {
            var message = (LibRdKafka.Message*)messages[i];
            var size = SizeToCopy(message);
            if (size > _chunk.Length - _used)
            {
                _chunk = GC.AllocateUninitializedArray<byte>((int)Math.Max(size, Math.Min(remaining, ChunkBytes)));
                _used = 0;
            }
            records[i] = Copy(message, versions);
            recordLanes[i] = LaneOf(records[i].Key.Span);
            remaining -= size;
        }
        // What is left of the chunk would be pinned by records that come much later.
        _chunk = [];
        _used = 0;
    }

    public int LaneOf(ReadOnlySpan<byte> key) => (int)(XxHash3.HashToUInt64(key) % (uint)lanes);

    private long SizeToCopy(LibRdKafka.Message* message) =>
        IsTooLarge(message) ? 0 : (_keyPath is null ? message->KeyLength : 0) + message->PayloadLength;

    private bool IsTooLarge(LibRdKafka.Message* message) =>
        message->KeyLength + message->PayloadLength > topic.MaxRecordBytes;

    private EventRecord Copy(LibRdKafka.Message* message, VersionStarts versions)
    {
        var timestamp = Math.Max(0, LibRdKafka.MessageTimestamp(message, out _));
        if (IsTooLarge(message))
            return new EventRecord
            {
                Offset = message->Offset,
                Timestamp = timestamp,
                PartitionTime = Time.Largest,
                Problem = $"The record has {message->KeyLength + message->PayloadLength} bytes; " +
                    $"{topic.MaxRecordBytes} are allowed.",
            };
        var value = Take(message->ValueSpan);
        var key = ReadOnlyMemory<byte>.Empty;
        var problem = _keyPath is not null
            ? _keyPath.Find(value, out key)
            : ProblemOfKey(message);
        if (_keyPath is null && problem is null)
            key = Take(message->KeySpan);
        var before = Time.Largest;
        if (topic.EventTime is { } timeOf && timeOf(value, timestamp, versions.Of(message->Offset)) is var time
            && time > before && time <= timestamp + MaxAheadMs)
            Time = new(time, timestamp);
        return new EventRecord
        {
            Offset = message->Offset,
            Timestamp = timestamp,
            PartitionTime = before,
            Key = key,
            Value = value,
            Problem = problem,
        };
    }

    private static string? ProblemOfKey(LibRdKafka.Message* message) =>
        message->Key is null || message->KeyLength == 0 ? "The record has no key."
        : !Utf8.IsValid(message->KeySpan) ? "The record's key is not UTF-8."
        : null;

    private ReadOnlyMemory<byte> Take(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return default;
        bytes.CopyTo(_chunk.AsSpan(_used));
        var copy = new ReadOnlyMemory<byte>(_chunk, _used, bytes.Length);
        _used += bytes.Length;
        return copy;
    }
}
