using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Notifications.Configuration;
using Notifications.Groups;
using Notifications.Matching;
using Notifications.Receivers;
using Rules.Language;

namespace Notifications.Dispatch;

/// <summary>
/// Takes changes of alerts and notifies whom the configuration names. Each place that is sent to has groups and a loop of its own.
/// A notification is delivered at least once; each of its attempts has the same idempotency key. Any thread may call it.
/// </summary>
public sealed class NotificationDispatcher : IDisposable
{
    /// <summary>The name of the meter: sent and failed notifications, and how many wait, by receiver.</summary>
    public const string MeterName = NotificationMetrics.MeterName;

    private readonly NotificationConfiguration _configuration;
    private readonly IGroupStore _store;
    private readonly NotificationOptions _options;
    private readonly TimeProvider _time;
    private readonly NotificationMetrics _metrics = new();
    private readonly HttpClient _http;
    private readonly Silencer _silencer;
    private readonly Inhibitor _inhibitor;
    private readonly ImmutableArray<ReceiverQueue> _queues;

    /// <summary>Done when the stored groups are there; failed when they cannot be, or when it has stopped.</summary>
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _runs;
    private volatile bool _hasStopped;

    /// <param name="store">Of this dispatcher only.</param>
    /// <param name="producer">Null: the configuration has no <c>kafka_configs</c>.</param>
    /// <exception cref="ArgumentException">An option is wrong, or a producer is missing.</exception>
    public NotificationDispatcher(
        NotificationConfiguration configuration,
        IGroupStore store,
        NotificationOptions options,
        INotificationProducer? producer,
        TimeProvider time,
        ILogger<NotificationDispatcher> logger)
    {
        options.Validate();
        (_configuration, _store, _options, _time) = (configuration, store, options, time);
        (_silencer, _inhibitor) = (new(time), new(configuration.InhibitRules));
        // A redirected POST would lose its body; attempts have a time-out of their own.
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _queues = [.. Receiver.Of(configuration, _http, producer, time)
            .Select(r => new ReceiverQueue(r, store, options, IsMuted, _metrics, time, logger))];
        _metrics.Watch(_queues);
    }

    /// <summary>
    /// Loads the stored groups, then sends until it is stopped, which ends it without an error. What is not delivered by then is
    /// sent by the next one with the same store. Once only.
    /// </summary>
    /// <exception cref="InvalidDataException">What is stored cannot be read.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        if (Interlocked.Increment(ref _runs) > 1)
            throw new InvalidOperationException("the dispatcher runs once");
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            await LoadAsync(stop);
            _loaded.SetResult();
            var loops = _queues.Select(q => Task.Run(() => q.RunAsync(failed.Token), CancellationToken.None)).ToList();
            // They end when they are stopped; one that fails stops all, so that it is seen.
            await Task.WhenAny(loops);
            await failed.CancelAsync();
            await Task.WhenAll(loops);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _loaded.TrySetException(new InvalidOperationException("the dispatcher has stopped"));
        }
        catch (Exception e)
        {
            _loaded.TrySetException(e);
            throw;
        }
        finally
        {
            _hasStopped = true;
            // It may be that nobody waits for it.
            _ = _loaded.Task.Exception;
        }
    }

    /// <summary>As for many.</summary>
    public Task NotifyAsync(AlertNotice notice, CancellationToken cancellationToken = default) =>
        NotifyAsync([notice], cancellationToken);

    /// <summary>
    /// Takes changes of alerts in, those of one alert in their order; waits until <see cref="RunAsync"/> has loaded. Done when they
    /// are durable: after an exception give them again; what is known already changes nothing.
    /// </summary>
    /// <exception cref="NotificationsFullException">A receiver holds too many alerts; the others have been told.</exception>
    /// <exception cref="InvalidOperationException">It has stopped.</exception>
    public async Task NotifyAsync(IReadOnlyList<AlertNotice> notices, CancellationToken cancellationToken = default)
    {
        await _loaded.Task.WaitAsync(cancellationToken);
        if (_hasStopped)
            throw new InvalidOperationException("the dispatcher has stopped");
        await ApplyAsync([.. notices.Select(Alert.From)], cancellationToken);
    }

    /// <summary>Replaces the silences; they count from each group's next flush on. They are not stored.</summary>
    /// <exception cref="ArgumentException">A silence has no matchers.</exception>
    public void SetSilences(IReadOnlyList<Silence> silences) => _silencer.Set(silences);

    /// <summary>Sends a made-up alert to a receiver's places, once, with neither groups nor silences.</summary>
    /// <exception cref="ArgumentException">There is no such receiver.</exception>
    /// <exception cref="NotificationException">A place has not taken it; what others throw passes.</exception>
    public async Task TestAsync(string receiver, CancellationToken cancellationToken = default)
    {
        var queues = _queues.Where(q => q.Receiver.Name == receiver).ToList();
        if (queues.Count == 0)
            throw new ArgumentException(
                $"unknown receiver '{receiver}'{Nearest.Hint(receiver, _configuration.ReceiverNames)}", nameof(receiver));
        var alert = Alert.From(new AlertNotice
        {
            AlertId = "test/test#1",
            Kind = "test",
            Entity = "test",
            Rule = "test",
            IsFiring = true,
            Time = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            Message = "this is a test of notifications",
        });
        foreach (var queue in queues)
            await queue.SendOnceAsync(
                new Notification
                {
                    Key = Guid.NewGuid().ToString("N"),
                    Receiver = receiver,
                    Group = new GroupKey(queue.Receiver.Id, "test", LabelSet.Empty),
                    Alerts = [alert],
                    ExternalUrl = _options.ExternalUrl,
                    RepeatedWithin = TimeSpan.FromMinutes(1),
                },
                cancellationToken);
    }

    public void Dispose()
    {
        _http.Dispose();
        _metrics.Dispose();
    }

    private bool IsMuted(Alert alert, long now) => _silencer.Mutes(alert.Labels, now) || _inhibitor.Mutes(alert.Labels);

    private async Task ApplyAsync(IReadOnlyList<Alert> alerts, CancellationToken cancellationToken)
    {
        foreach (var alert in alerts)
            _inhibitor.Set(alert);
        var targets = alerts.SelectMany(Targets).GroupBy(t => t.Queue, t => t.Alert);
        await Task.WhenAll(targets.Select(t => t.Key.ApplyAsync([.. t], cancellationToken)));
    }

    /// <summary>The groups that an alert belongs to.</summary>
    private IEnumerable<(ReceiverQueue Queue, GroupAlert Alert)> Targets(Alert alert) =>
        from route in _configuration.Root.Match(alert.Labels)
        let labels = route.GroupLabels(alert.Labels)
        from queue in _queues
        where queue.Receiver.Name == route.Receiver
        select (queue, new GroupAlert(new GroupKey(queue.Receiver.Id, route.Path, labels), route, alert));

    /// <summary>
    /// Takes over what is stored. The configuration may have changed: groups without a route go, and alerts that fire join the
    /// groups that they belong to now.
    /// </summary>
    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await _store.LoadAsync(cancellationToken);
        var states = stored.Select(GroupState.Read).ToList();
        // First, for groups that are taken over leave out the alerts that now belong elsewhere.
        var firing = states.SelectMany(s => s.Alerts.Values)
            .GroupBy(a => a.Fingerprint)
            .Select(same => same.MaxBy(a => a.ChangedAt)!)
            .Where(a => a.IsFiring)
            .ToList();
        var gone = states.Where(state => !Restore(state)).ToList();
        await ApplyAsync(firing, cancellationToken);
        foreach (var state in gone)
            await _store.DeleteAsync(state.Key.Stored, cancellationToken);
    }

    private bool Restore(GroupState state)
    {
        var route = _configuration.Root.All().FirstOrDefault(r => r.Path == state.Key.Route
            && _queues.Any(q => q.Receiver.Id == state.Key.Receiver && q.Receiver.Name == r.Receiver));
        if (route is null)
            return false;
        _queues.First(q => q.Receiver.Id == state.Key.Receiver).Restore(
            state, route, alert => Targets(alert).Any(t => t.Alert.Key.Stored == state.Key.Stored));
        return true;
    }
}
