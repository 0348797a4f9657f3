using Notifications.Configuration;

namespace Notifications.Receivers;

/// <summary>A topic: the webhook's payload, with the group as the record's key.</summary>
internal sealed class KafkaReceiver(KafkaIntegration settings, INotificationProducer producer) : INotificationReceiver
{
    public Task SendAsync(Notification notification, CancellationToken cancellationToken) =>
        producer.ProduceAsync(
            settings.Topic,
            notification.Group.Text,
            NotificationJson.Webhook(notification),
            notification.Key,
            cancellationToken);
}
