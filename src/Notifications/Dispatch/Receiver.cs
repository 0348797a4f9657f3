using Notifications.Configuration;
using Notifications.Receivers;

namespace Notifications.Dispatch;

/// <summary>One place where notifications go.</summary>
/// <param name="Name">The receiver's, in the configuration.</param>
internal sealed record Receiver(string Name, Integration Settings, INotificationReceiver Sender)
{
    public string Id => Settings.Id;

    /// <exception cref="ArgumentException">The configuration names a Kafka topic, and there is no producer.</exception>
    public static IEnumerable<Receiver> Of(
        NotificationConfiguration configuration, HttpClient http, INotificationProducer? producer, TimeProvider time)
    {
        var sender = new HttpSender(http);
        return configuration.Receivers.SelectMany(receiver => receiver.Integrations.Select(settings =>
            new Receiver(receiver.Name, settings, settings switch
            {
                WebhookIntegration webhook => new WebhookReceiver(webhook, sender),
                AlertmanagerIntegration alertmanager => new AlertmanagerReceiver(alertmanager, sender, time),
                SlackIntegration slack => new SlackReceiver(slack, sender),
                EmailIntegration email => new EmailReceiver(email, time),
                KafkaIntegration kafka => new KafkaReceiver(kafka, producer
                    ?? throw new ArgumentException($"receiver '{settings.Id}' needs a producer", nameof(producer))),
                DiscardIntegration => new DiscardReceiver(),
                _ => throw new InvalidOperationException($"unknown integration {settings.GetType()}"),
            })));
    }
}
