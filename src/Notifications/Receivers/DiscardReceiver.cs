namespace Notifications.Receivers;

/// <summary>For a receiver that the configuration gives no place to send to.</summary>
internal sealed class DiscardReceiver : INotificationReceiver
{
    public Task SendAsync(Notification notification, CancellationToken cancellationToken) => Task.CompletedTask;
}
