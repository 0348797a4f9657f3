using System.Collections.Concurrent;
using Checkpointing;

namespace Kafka.Streaming.Reading;

/// <summary>The silo's buffers by their ids, of all its Kafka providers.</summary>
internal sealed class LaneReaders : ILaneReaders
{
    private readonly ConcurrentDictionary<Guid, ILaneReader> _readers = new();

    public ILaneReader? Find(Guid reader) => _readers.GetValueOrDefault(reader);

    public IReadOnlyCollection<ILaneReader> All => [.. _readers.Values];

    public void Add(PartitionBuffer buffer) => _readers[buffer.Id] = buffer;

    public void Remove(PartitionBuffer buffer) => _readers.TryRemove(buffer.Id, out _);
}
