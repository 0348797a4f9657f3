using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Notifications.Groups;
using Notifications.Receivers;

namespace Notifications.Dispatch;

/// <summary>An alert's change for one group of a receiver.</summary>
internal readonly record struct GroupAlert(GroupKey Key, Route Route, Alert Alert);

/// <summary>
/// The groups of one receiver and the loop that tells it of them. The groups are the queue: each waits in it once with at most one
/// notification, so a receiver that is down costs no more than its alerts, and only <see cref="NotificationOptions.MaxAlerts"/>.
/// <para>
/// A notification is stored before its first attempt, and that it was delivered after it; between the two a crash makes it be
/// sent again with the same key. What is not stored is not sent.
/// </para>
/// </summary>
internal sealed partial class ReceiverQueue(
    Receiver receiver,
    IGroupStore store,
    NotificationOptions options,
    Func<Alert, long, bool> isMuted,
    NotificationMetrics metrics,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>What a timer can wait for at once.</summary>
    private const long MaxWait = 86_400_000;

    /// <summary>Guards the groups, also while they are stored; never held while sending.</summary>
    private readonly SemaphoreSlim _gate = new(1);

    private readonly GroupIndex _groups = new();

    /// <summary>Wakes the loop: holds one, for more say the same.</summary>
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public Receiver Receiver => receiver;

    /// <summary>Groups whose notification is due and not yet delivered.</summary>
    public int Depth => _groups.CountDue(Now);

    /// <summary>Before the loop runs: takes over a stored group without the alerts that it no longer has.</summary>
    public void Restore(GroupState state, Route route, Func<Alert, bool> belongs)
    {
        var group = new NotificationGroup(state, route, receiver.Settings.SendResolved);
        group.Keep(belongs);
        _groups.Set(group);
    }

    /// <summary>Takes changes in; done when they are durable.</summary>
    /// <exception cref="NotificationsFullException">Some did not fit; the others are durable.</exception>
    public async Task ApplyAsync(IReadOnlyList<GroupAlert> alerts, CancellationToken cancellationToken)
    {
        var changed = new HashSet<NotificationGroup>();
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var free = options.MaxAlerts - _groups.Alerts;
            foreach (var alert in alerts)
                if (Apply(alert, ref free) is { } group)
                    changed.Add(group);
            await Task.WhenAll(changed.Where(g => g.IsDirty).Select(g => SaveAsync(g, cancellationToken)));
            if (free < 0)
                throw new NotificationsFullException($"receiver '{receiver.Id}' holds {options.MaxAlerts} alerts already");
        }
        finally
        {
            foreach (var group in changed)
                _groups.Set(group);
            _gate.Release();
            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>Tells the receiver until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            if (await NextAsync(stop) is { } group)
                await HandleAsync(group, stop);
        }
    }

    /// <summary>The group that the alert is in, perhaps changed; null: none has it.</summary>
    private NotificationGroup? Apply(GroupAlert alert, ref int free)
    {
        var group = _groups.Find(alert.Key.Stored);
        if (alert.Alert.IsFiring && group?.Has(alert.Alert) != true && --free < 0)
            return group;
        if (group is null)
        {
            if (!alert.Alert.IsFiring)
                return null;
            group = NotificationGroup.Create(Guid.NewGuid(), alert.Key, alert.Route, receiver.Settings.SendResolved, Now);
        }

        group.Apply(alert.Alert, Now);
        _groups.Set(group);
        return group;
    }

    /// <summary>Waits until a group is due, or until something has changed, then null.</summary>
    private async Task<NotificationGroup?> NextAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var now = Now;
        var first = _groups.First();
        if (first is { } next && next.Due <= now)
            return next.Group;
        var wait = TimeSpan.FromMilliseconds(Math.Min(MaxWait, (first?.Due ?? long.MaxValue) - now));
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var woken = _wake.Reader.ReadAsync(waiting.Token).AsTask();
        var passed = Task.Delay(wait, time, waiting.Token);
        // The clock may have gone on before the delay began to count.
        if (Now < (first?.Due ?? long.MaxValue))
            await Task.WhenAny(woken, passed);
        await waiting.CancelAsync();
        return null;
    }

    private async Task HandleAsync(NotificationGroup group, CancellationToken stop)
    {
        if (await PrepareAsync(group, stop) is not { } notification)
            return;
        var failure = await SendAsync(notification, stop);
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (failure is null)
                group.Delivered();
            else if (failure.IsTransient)
                group.Failed(Now, options.Pause(group.Failures, failure.RetryAfter, Random.Shared));
            else
                group.Refused(Now);
            // Also when it stops: what has been delivered is not to be sent again.
            using var grace = new CancellationTokenSource(options.SendTimeout, time);
            await StoreAsync(group, grace.Token, stop);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Makes the group's notification, if it needs one, and stores it; null: nothing to send now.</summary>
    private async Task<Notification?> PrepareAsync(NotificationGroup group, CancellationToken stop)
    {
        await _gate.WaitAsync(stop);
        try
        {
            var now = Now;
            group.Flush(now, alert => isMuted(alert, now));
            return await StoreAsync(group, stop, stop) && group.Pending is { } pending ? Notification(group, pending) : null;
        }
        finally
        {
            _gate.Release();
        }
    }

    private Notification Notification(NotificationGroup group, PendingNotification pending) => new()
    {
        Key = group.PendingKey,
        Receiver = receiver.Name,
        Group = group.Key,
        Alerts = pending.Alerts,
        ExternalUrl = options.ExternalUrl,
        RepeatedWithin = TimeSpan.FromMilliseconds(group.Route.RepeatInterval + group.Route.GroupInterval),
    };

    /// <summary>Stores a group that has changed, or deletes it when it is finished; false: it will be tried again.</summary>
    private async Task<bool> StoreAsync(NotificationGroup group, CancellationToken cancellationToken, CancellationToken stop)
    {
        try
        {
            if (group.IsFinished)
                await store.DeleteAsync(group.StoredKey, cancellationToken);
            else if (group.IsDirty)
                await SaveAsync(group, cancellationToken);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            var pause = options.Pause(group.Failures, null, Random.Shared);
            group.Failed(Now, pause);
            _groups.Set(group);
            StoringFailed(e, receiver.Id, group.Key.Text, group.Failures, pause);
            return false;
        }

        if (group.IsFinished)
            _groups.Remove(group);
        else
            _groups.Set(group);
        return true;
    }

    private async Task SaveAsync(NotificationGroup group, CancellationToken cancellationToken)
    {
        await store.SaveAsync(group.Write(), cancellationToken);
        group.Saved();
    }

    /// <summary>One attempt; null: delivered.</summary>
    private async Task<NotificationException?> SendAsync(Notification notification, CancellationToken stop)
    {
        try
        {
            await SendOnceAsync(notification, stop);
            metrics.Sent(receiver.Id);
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            metrics.Failed(receiver.Id);
            var failure = e as NotificationException ?? new NotificationException(e.Message, isTransient: true, inner: e);
            if (failure.IsTransient)
                SendingFailed(receiver.Id, notification.Key, notification.Group.Text, e.Message);
            else
                SendingRefused(receiver.Id, notification.Key, notification.Group.Text, e.Message);
            return failure;
        }
    }

    /// <summary>One attempt, within its time.</summary>
    public async Task SendOnceAsync(Notification notification, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.SendTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await receiver.Sender.SendAsync(notification, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NotificationException($"no answer within {options.SendTimeout.TotalSeconds} s", isTransient: true, inner: e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Receiver {Receiver} has not taken notification {Key} of group {Group}, and it is tried again: {Reason}")]
    private partial void SendingFailed(string receiver, string key, string group, string reason);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Receiver {Receiver} refuses notification {Key} of group {Group}; what fires is told anew after the group interval: {Reason}")]
    private partial void SendingRefused(string receiver, string key, string group, string reason);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Receiver {Receiver}: group {Group} cannot be stored, for the {Failures}th time; it is tried again after {Pause}")]
    private partial void StoringFailed(Exception e, string receiver, string group, int failures, TimeSpan pause);
}
