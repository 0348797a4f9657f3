using Notifications.Configuration;

namespace Notifications.Receivers;

/// <summary>
/// A real Alertmanager. It takes an alert for resolved when it does not hear of it, so firing ones are given an end well after
/// the next repetition.
/// </summary>
internal sealed class AlertmanagerReceiver(AlertmanagerIntegration settings, HttpSender sender, TimeProvider time)
    : INotificationReceiver
{
    private readonly Uri _url = new($"{settings.Url.ToString().TrimEnd('/')}/api/v2/alerts");

    public Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var firingUntil = (time.GetUtcNow() + (2 * notification.RepeatedWithin)).ToUnixTimeMilliseconds();
        return sender.PostAsync(
            _url,
            NotificationJson.PostableAlerts(notification, firingUntil),
            notification.Key,
            [("Authorization", settings.Authorization)],
            cancellationToken);
    }
}
