namespace Notifications.Receivers;

/// <summary>Sends notifications to one place. Any thread may call it.</summary>
internal interface INotificationReceiver
{
    /// <summary>Done when the other side has taken it.</summary>
    /// <exception cref="NotificationException">It has been refused, perhaps for ever; other exceptions: it may be tried again.</exception>
    Task SendAsync(Notification notification, CancellationToken cancellationToken);
}

/// <summary>A notification has not been taken.</summary>
public sealed class NotificationException(string message, bool isTransient, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Whether trying again may help.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>How long the other side asks to wait.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
