using System.Text;
using Checkpointing;
using Notifications.Receivers;

namespace Silo.Notifying;

/// <summary>Notifications for topics, by the producer of outputs.</summary>
internal sealed class NotificationProducer(IOutputs outputs) : INotificationProducer
{
    public async Task ProduceAsync(
        string topic, string key, ReadOnlyMemory<byte> value, string idempotencyKey, CancellationToken cancellationToken)
    {
        var output = new Output
        {
            Id = idempotencyKey,
            Topic = topic,
            Key = Encoding.UTF8.GetBytes(key),
            Value = value,
            Headers = new Dictionary<string, string> { ["idempotency-key"] = idempotencyKey },
        };
        try
        {
            await outputs.SendAsync(output, cancellationToken);
        }
        catch (OutputException e)
        {
            throw new NotificationException(e.Message, isTransient: false, inner: e);
        }
    }
}
