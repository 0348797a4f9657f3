using System.Text;
using Checkpointing;
using Kafka.Streaming.Embedded;

namespace Silo.Hosting;

/// <summary>Appends events to input topics.</summary>
internal interface IEventTopics
{
    /// <summary>Appends a record; completes when the broker has acknowledged it.</summary>
    Task AppendAsync(string topic, string? key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken);
}

/// <summary>A topic that every silo reads whole, besides those of the kinds.</summary>
internal sealed record FollowedTopic(string Name);

/// <summary>The topics of a real Kafka, by the producer of outputs.</summary>
internal sealed class KafkaEventTopics(IOutputs outputs) : IEventTopics
{
    public Task AppendAsync(string topic, string? key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        outputs.SendAsync(
            new Output
            {
                Id = "",
                Topic = topic,
                Key = key is null ? default : Encoding.UTF8.GetBytes(key),
                Value = value,
            },
            cancellationToken);
}

/// <summary>The topics of the embedded broker: it waits while much of a partition is unread, for more would be dropped.</summary>
internal sealed class EmbeddedEventTopics(EmbeddedKafka broker) : IEventTopics
{
    public Task AppendAsync(string topic, string? key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        broker.ProduceAsync(
            topic, key is null ? null : Encoding.UTF8.GetBytes(key), value.ToArray(), cancellationToken: cancellationToken);
}
