namespace Notifications.Dispatch;

/// <summary>How notifications are sent.</summary>
public sealed class NotificationOptions
{
    /// <summary>The address of what people open from a notification; default: none.</summary>
    public string ExternalUrl { get; set; } = "";

    /// <summary>How long one attempt may take. Default 30 s.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest first pause before trying again; doubles, with full jitter. Default 1 s.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause before trying again; a receiver that asks for more waits no longer. Default 5 minutes.</summary>
    public TimeSpan MaxRetryPause { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How many alerts are held for one place that is sent to; more are refused with <see cref="NotificationsFullException"/>.
    /// Default 100,000.
    /// </summary>
    public int MaxAlerts { get; set; } = 100_000;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SendTimeout, TimeSpan.Zero, nameof(SendTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RetryPause, TimeSpan.Zero, nameof(RetryPause));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRetryPause, RetryPause, nameof(MaxRetryPause));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxRetryPause, TimeSpan.FromDays(1), nameof(MaxRetryPause));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAlerts, 1, nameof(MaxAlerts));
    }

    /// <summary>How long to wait after so many failures in a row.</summary>
    internal TimeSpan Pause(int failures, TimeSpan? asked, Random random)
    {
        var bound = Math.Min(MaxRetryPause.TotalMilliseconds, RetryPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30)));
        var pause = TimeSpan.FromMilliseconds(bound * random.NextDouble());
        return asked is { } wish && wish > pause ? wish < MaxRetryPause ? wish : MaxRetryPause : pause;
    }
}

/// <summary>A receiver holds as many alerts as it may. What did fit has been taken; the same notices may be given again later.</summary>
public sealed class NotificationsFullException(string message) : Exception(message);
