using Checkpointing;
using Grains.Interfaces;
using Notifications.Configuration;

namespace Silo.Notifying;

/// <summary>
/// The cluster's one dispatcher. A grain, and no background service in the member of a consumer group: a group splits
/// partitions over its members, silences need somebody to ask, and a grain is started anew elsewhere when its silo is gone. Should
/// there be two for a moment, the later one shuts the other out of <see cref="NotificationTable"/>.
/// </summary>
[GrainType("notifications")]
[KeepAlive]
internal sealed partial class NotificationsGrain(IServiceProvider services, TimeProvider time, ILogger<NotificationsGrain> logger)
    : Grain, INotifications, ISilences
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(25);

    private readonly CancellationTokenSource _stop = new();
    private NotificationRun? _run;
    private Task _running = Task.CompletedTask;

    private NotificationRun Run => _run ?? throw new CommandRefusedException(
        "No notifications are configured: start the silos with Notifications:Path, the file of routes and receivers.");

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<NotificationConfiguration>() is null) return Task.CompletedTask;
        var run = _run = ActivatorUtilities.CreateInstance<NotificationRun>(services);
        _running = Task.Run(() => run.RunAsync(_stop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        // An error of the run has been seen by then, or does not count any more.
        await Task.WhenAny(_running, Task.Delay(Timeout.Infinite, cancellationToken));
    }

    public async ValueTask TestAsync(string receiver)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            await Run.TestAsync(receiver, deadline.Token);
        }
        catch (Exception e) when (e is not (ArgumentException or CommandRefusedException))
        {
            throw new CommandRefusedException($"Receiver '{receiver}' has not taken it: {e.Message}");
        }
    }

    public ValueTask<string?> ProblemAsync()
    {
        if (!_running.IsCompleted || _run is null) return new(Run.Problem);
        // Who asks next starts it anew.
        DeactivateOnIdle();
        if (_running.Exception?.InnerException is { } error) LogStopped(logger, error);
        return new($"stopped, and is started again: {_running.Exception?.InnerException?.Message}");
    }

    public ValueTask AddAsync(Silence silence) => new(WithSilencesAsync(async (silences, token) =>
    {
        await silences.AddAsync(silence, token);
        return true;
    }));

    public ValueTask<bool> ExpireAsync(string id) => new(WithSilencesAsync((silences, token) => silences.ExpireAsync(id, token)));

    public ValueTask<IReadOnlyList<Silence>> ListAsync() =>
        new(WithSilencesAsync((silences, _) => Task.FromResult(silences.List())));

    /// <exception cref="EntityStoreException">The store does not answer: the same call may be made again.</exception>
    private async Task<T> WithSilencesAsync<T>(Func<SilenceList, CancellationToken, Task<T>> call)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            return await call(await Run.SilencesAsync().WaitAsync(deadline.Token), deadline.Token);
        }
        catch (Exception e) when (e is not (ArgumentException or CommandRefusedException))
        {
            throw new EntityStoreException($"The silences cannot be read or written now: {e.Message}");
        }
    }

    [LoggerMessage(LogLevel.Error, "Notifications have stopped, and are started again")]
    private static partial void LogStopped(ILogger logger, Exception e);
}
