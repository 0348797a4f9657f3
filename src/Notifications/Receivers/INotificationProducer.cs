namespace Notifications.Receivers;

/// <summary>Writes to Kafka, for receivers with <c>kafka_configs</c>.</summary>
public interface INotificationProducer
{
    /// <summary>Done when the broker has acknowledged the record.</summary>
    /// <param name="key">The record's key: that of the alerts' group.</param>
    /// <param name="value">UTF-8 JSON.</param>
    /// <param name="idempotencyKey">For the header <c>idempotency-key</c>: equal ones are the same notification.</param>
    Task ProduceAsync(
        string topic, string key, ReadOnlyMemory<byte> value, string idempotencyKey, CancellationToken cancellationToken);
}
