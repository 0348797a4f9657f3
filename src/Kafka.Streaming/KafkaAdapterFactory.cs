using System.Collections.Concurrent;
using Kafka.Streaming.Reading;
using Kafka.Streaming.Topology;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Kafka.Streaming;

/// <summary>What Orleans' persistent streams ask of a queue, for Kafka.</summary>
internal sealed partial class KafkaAdapterFactory(string name, KafkaStreamServices services)
    : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache, IStreamFailureHandler
{
    private readonly ConcurrentDictionary<QueueId, PartitionReader> _halfClaimed = new();
    private readonly PartitionMapper _mapper = new(services.Topology);
    private readonly ILogger _logger = services.LoggerFactory.CreateLogger<KafkaAdapterFactory>();

    public string Name => name;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public bool ShouldFaultSubsriptionOnError => false;

    public Task<IQueueAdapter> CreateAdapter() => CreateAdapter(CancellationToken.None);

    public async Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken)
    {
        await services.Topology.StartAsync(cancellationToken).ConfigureAwait(false);
        services.Ends.Start();
        return this;
    }

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(this);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => Claim(queueId);

    public IQueueCache CreateQueueCache(QueueId queueId) => Claim(queueId);

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException($"Lanes are fed by Kafka only: send to a topic by {nameof(Checkpointing.IOutputs)}.");

    // Nothing is skipped: the partition's ledger keeps the records until the lane answers for them.
    public Task OnDeliveryFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        services.Metrics.Failed("delivery");
        LogFailure(streamIdentity);
        return Task.CompletedTask;
    }

    public Task OnSubscriptionFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        OnDeliveryFailure(subscriptionId, streamProviderName, streamIdentity, sequenceToken);

    // An agent asks once for its receiver and once for its cache, in either order, and both must be one object. An agent that
    // follows soon on another one for the same partition gets one of its own.
    private PartitionReader Claim(QueueId queueId)
    {
        if (_halfClaimed.TryRemove(queueId, out var reader))
            return reader;
        var partition = PartitionMapper.PartitionOf(queueId);
        var topic = services.Options.Topics.First(topic => topic.Name == partition.Topic);
        return _halfClaimed[queueId] = new PartitionReader(services, topic, partition.Partition.Value);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A window could not be delivered to {Stream}; its records are kept and delivered again.")]
    private partial void LogFailure(StreamId stream);
}
