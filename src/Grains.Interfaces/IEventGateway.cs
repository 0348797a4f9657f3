namespace Grains.Interfaces;

/// <summary>Puts events on a topic through a silo, for callers that have no Kafka client of their own.</summary>
[Alias("granary.IEventGateway")]
public interface IEventGateway : IGrainWithIntegerKey
{
    /// <summary>Appends records to a topic, in order for each key; returns when the broker has acknowledged all.</summary>
    /// <exception cref="ArgumentException">No kind of entity reads the topic; the message names those that are read.</exception>
    [Alias("Produce")]
    ValueTask ProduceAsync(string topic, IReadOnlyList<ProducedEvent> events);
}

/// <summary>A record to append.</summary>
/// <param name="Key">The record's key, UTF-8; null when the entity's key is in the value.</param>
/// <param name="Value">The payload: JSON.</param>
[GenerateSerializer, Immutable, Alias("granary.ProducedEvent")]
public readonly record struct ProducedEvent([property: Id(0)] string? Key, [property: Id(1)] ReadOnlyMemory<byte> Value);
