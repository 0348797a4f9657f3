using Orleans.Concurrency;

namespace Grains.Interfaces;

/// <summary>Sends the notifications of a cluster; key 0.</summary>
[Alias("granary.INotifications")]
public interface INotifications : IGrainWithIntegerKey
{
    /// <summary>Sends a made-up alert to a receiver's places, once each.</summary>
    /// <exception cref="ArgumentException">There is no such receiver.</exception>
    /// <exception cref="CommandRefusedException">A place has not taken it, or no notifications are configured.</exception>
    [Alias("Test")]
    [AlwaysInterleave]
    ValueTask TestAsync(string receiver);

    /// <summary>Why no notifications are sent at present; null: they are.</summary>
    [Alias("Problem")]
    [AlwaysInterleave]
    ValueTask<string?> ProblemAsync();
}
