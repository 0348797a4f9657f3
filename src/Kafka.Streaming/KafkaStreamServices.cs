using Checkpointing;
using Kafka.Streaming.Reading;
using Kafka.Streaming.Topology;
using Microsoft.Extensions.Logging;

namespace Kafka.Streaming;

/// <summary>What the partitions of one provider share in a silo.</summary>
internal sealed class KafkaStreamServices : IAsyncDisposable
{
    public KafkaStreamServices(
        string name, KafkaStreamOptions options, KafkaStreamHealth health, KafkaMetrics metrics, LaneReaders readers,
        ILocalSiloDetails silo, ILoggerFactory loggers, TimeProvider time, IRecordVersions? versions = null)
    {
        Versions = versions;
        (Options, Health, Metrics, Readers, Silo) = (options, health, metrics, readers, silo.SiloAddress);
        (LoggerFactory, Time) = (loggers, time);
        Consumer = new SiloConsumer(name, options, health, loggers.CreateLogger<SiloConsumer>(), time);
        Committer = new OffsetCommitter(
            name, Consumer, options, health, metrics, loggers.CreateLogger<OffsetCommitter>());
        Ends = new EndWatcher(Consumer.Handle, () => Committer.Buffers, loggers.CreateLogger<EndWatcher>(), time);
        Topology = new KafkaTopology(Consumer.Handle, options, health, loggers.CreateLogger<KafkaTopology>(), time);
    }

    public KafkaStreamOptions Options { get; }

    public KafkaStreamHealth Health { get; }

    public KafkaMetrics Metrics { get; }

    public LaneReaders Readers { get; }

    public SiloAddress Silo { get; }

    /// <summary>Null: records have no versions.</summary>
    public IRecordVersions? Versions { get; }

    public ILoggerFactory LoggerFactory { get; }

    public TimeProvider Time { get; }

    public SiloConsumer Consumer { get; }

    public OffsetCommitter Committer { get; }

    public EndWatcher Ends { get; }

    public KafkaTopology Topology { get; }

    // The others use the consumer's native handle, so it goes last.
    public async ValueTask DisposeAsync()
    {
        await Topology.DisposeAsync().ConfigureAwait(false);
        await Ends.DisposeAsync().ConfigureAwait(false);
        Committer.Dispose();
        Consumer.Dispose();
    }
}
