using System.Collections.Immutable;

namespace Notifications.Groups;

/// <summary>
/// The alerts of a route with the same group labels, for one receiver: takes alerts in and decides when it is told of which, as
/// Alertmanager does. Pure: no clock, no store. Times are milliseconds since the Unix epoch. Not for several threads.
/// </summary>
internal sealed class NotificationGroup(GroupState state, Route route, bool sendResolved)
{
    private long _notBefore = long.MinValue;

    public GroupKey Key => state.Key;

    public string StoredKey { get; } = state.Key.Stored;

    public Route Route => route;

    public IReadOnlyCollection<Alert> Alerts => state.Alerts.Values;

    public PendingNotification? Pending => state.Pending;

    /// <summary>The same for each attempt of a notification, also after a restart, and for no other notification.</summary>
    public string PendingKey => FormattableString.Invariant($"{state.Id:N}-{state.Pending!.Number}");

    /// <summary>Whether it has changed since it was saved.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>How often in a row sending or saving has failed.</summary>
    public int Failures { get; private set; }

    /// <summary>There is nothing left to tell of.</summary>
    public bool IsFinished => state.Alerts.Count == 0 && state.Pending is null;

    /// <summary>When there is something to do.</summary>
    public long Due => Math.Max(_notBefore, state.Pending is not null || IsDirty || IsFinished ? long.MinValue : state.NextFlush);

    public static NotificationGroup Create(Guid id, GroupKey key, Route route, bool sendResolved, long now) =>
        new(new GroupState { Id = id, Key = key, NextFlush = now + route.GroupWait }, route, sendResolved) { IsDirty = true };

    public bool Has(Alert alert) => state.Alerts.ContainsKey(alert.Fingerprint);

    /// <summary>Takes an alert's change in; one that is known, or older than what is known, changes nothing.</summary>
    public void Apply(Alert alert, long now)
    {
        var known = state.Alerts.GetValueOrDefault(alert.Fingerprint);
        if (known is null ? !alert.IsFiring : !IsNews(known, alert))
            return;
        state.Alerts[alert.Fingerprint] = alert.IsFiring ? alert : alert with { StartsAt = known!.StartsAt };
        IsDirty = true;
        if (!state.HasFlushed && alert.IsFiring && alert.StartsAt + route.GroupWait < now)
            state.NextFlush = Math.Min(state.NextFlush, now);
    }

    /// <summary>Leaves out the alerts that no longer belong to it, because the configuration has changed.</summary>
    public void Keep(Func<Alert, bool> belongs)
    {
        foreach (var alert in state.Alerts.Values.Where(a => !belongs(a)).ToList())
            IsDirty |= state.Alerts.Remove(alert.Fingerprint);
    }

    /// <summary>When it is time: makes a pending notification if there is something to tell.</summary>
    /// <param name="isMuted">Whether an alert is silenced or inhibited.</param>
    public void Flush(long now, Func<Alert, bool> isMuted)
    {
        if (state.Pending is not null || now < state.NextFlush)
            return;
        (state.HasFlushed, state.NextFlush, IsDirty) = (true, now + route.GroupInterval, true);
        var alerts = route.IsMuted(now) ? [] : state.Alerts.Values.Where(a => !isMuted(a)).ToList();
        var firing = Fingerprints(alerts.Where(a => a.IsFiring));
        var resolved = Fingerprints(alerts.Where(a => !a.IsFiring));
        if (IsNeeded(firing, resolved, now))
        {
            if (sendResolved || firing.Count > 0)
            {
                state.Pending = new(++state.Notifications, now, [.. alerts
                    .Where(a => a.IsFiring || sendResolved)
                    .OrderBy(a => a.StartsAt).ThenBy(a => a.Fingerprint, StringComparer.Ordinal)]);
                return;
            }

            state.Sent = new(now, firing, resolved);
        }

        Remove(state.Alerts.Values.Where(a => !a.IsFiring));
    }

    /// <summary>The pending notification has been delivered.</summary>
    public void Delivered()
    {
        var alerts = state.Pending!.Alerts;
        state.Sent = new(
            state.Pending.Time, Fingerprints(alerts.Where(a => a.IsFiring)), Fingerprints(alerts.Where(a => !a.IsFiring)));
        End(alerts);
    }

    /// <summary>The receiver will never take the pending notification: what fires is told anew after the group interval.</summary>
    public void Refused(long now)
    {
        state.NextFlush = Math.Max(state.NextFlush, now + route.GroupInterval);
        End(state.Pending!.Alerts);
    }

    /// <summary>Sending or saving has failed; it is tried again after the pause.</summary>
    public void Failed(long now, TimeSpan pause)
    {
        Failures++;
        _notBefore = now + (long)pause.TotalMilliseconds;
    }

    /// <summary>What is to be stored.</summary>
    public StoredGroup Write() => new(StoredKey, state.Write());

    public void Saved()
    {
        IsDirty = false;
        if (state.Pending is null)
            Failures = 0;
    }

    private static ImmutableHashSet<string> Fingerprints(IEnumerable<Alert> alerts) =>
        alerts.Select(a => a.Fingerprint).ToImmutableHashSet(StringComparer.Ordinal);

    /// <summary>A firing ends once, whenever that is said to be; of two firings the later counts.</summary>
    private static bool IsNews(Alert known, Alert alert) =>
        alert.Id == known.Id
            ? known.IsFiring && !alert.IsFiring
            : alert.ChangedAt > known.ChangedAt || (alert.ChangedAt == known.ChangedAt && alert.IsFiring);

    private bool IsNeeded(ImmutableHashSet<string> firing, ImmutableHashSet<string> resolved, long now) =>
        state.Sent is not { } sent ? firing.Count > 0
        : !firing.IsSubsetOf(sent.Firing) ? true
        : firing.Count == 0 ? resolved.Count > 0 && sent.Firing.Count > 0
        : (sendResolved && !resolved.IsSubsetOf(sent.Resolved)) || sent.Time + route.RepeatInterval <= now;

    private void End(ImmutableArray<Alert> told)
    {
        (state.Pending, IsDirty, Failures, _notBefore) = (null, true, 0, long.MinValue);
        Remove(told.Where(a => !a.IsFiring && state.Alerts.GetValueOrDefault(a.Fingerprint)?.EndsAt == a.EndsAt));
    }

    private void Remove(IEnumerable<Alert> alerts)
    {
        foreach (var alert in alerts.ToList())
            state.Alerts.Remove(alert.Fingerprint);
    }
}
