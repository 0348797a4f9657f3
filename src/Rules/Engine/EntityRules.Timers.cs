using Rules.Alerts;

namespace Rules.Engine;

/// <summary>What time brings about without an event.</summary>
public sealed partial class EntityRules
{
    /// <summary>
    /// No timer of event time, and of the wall clock, is due before these; <see cref="long.MaxValue"/>: none is armed. In event time it is
    /// the partition's time, lateness included, at which it is due.
    /// </summary>
    public (long EventTime, long WallClock) NextDue
    {
        get
        {
            var (eventTime, wallClock) = (long.MaxValue, long.MaxValue);
            foreach (var scope in _scopes)
            {
                if (scope.Scope.IsWallClock) wallClock = Math.Min(wallClock, scope.DueAtLeast);
                else eventTime = Math.Min(eventTime, scope.DueAtLeast);
            }

            return (eventTime > long.MaxValue - _program.Lateness ? long.MaxValue : eventTime + _program.Lateness, wallClock);
        }
    }

    /// <summary>Under other rules than before: judges, as of the time at which the clocks stand, what by these had been due by then.</summary>
    public void CatchUp(Evaluation at, List<AlertChange> changes)
    {
        at.Event = null;
        foreach (var scope in _scopes)
        {
            if (!scope.Scope.HasTimers) continue;
            at.Clock = ClockOf(scope.Scope);
            foreach (var group in scope.Groups)
            {
                at.Group = group;
                foreach (var rule in scope.Scope.Rules)
                    if (scope.IsOverdue(rule, group, at.Clock.Now))
                        AlertLife.Judge(rule, group, at, ref _nextNumber, changes);
                group.DueAtLeast = scope.DueOf(group, at.Clock);
            }
        }
    }

    /// <summary>Brings about, in the order of their times, all timers that are due.</summary>
    /// <param name="partitionTime">The largest event time in the source partition; 0: event time stands still.</param>
    /// <param name="now">The wall clock.</param>
    public void Advance(long partitionTime, long now, Evaluation at, List<AlertChange> changes)
    {
        at.Event = null;
        if (_orphans is not null) EndOrphans(_eventClock.Clock.Now, changes);
        var watermark = partitionTime - _program.Lateness;
        foreach (var scope in _scopes)
        {
            var until = scope.Scope.IsWallClock ? now : watermark;
            if (!scope.Scope.HasTimers || scope.DueAtLeast > until) continue;
            for (var i = 0; i < scope.Groups.Count; i++) Advance(scope, scope.Groups[i], until, at, changes);
        }
    }

    private void Advance(ScopeState scope, GroupState group, long until, Evaluation at, List<AlertChange> changes)
    {
        ref var clock = ref scope.Scope.IsWallClock ? ref _wallClock : ref _eventClock;
        while (group.DueAtLeast <= until)
        {
            var due = scope.DueOf(group, clock.Clock);
            if (due > until)
            {
                group.DueAtLeast = due;
                return;
            }

            clock = clock.At(due, due);
            at.Group = group;
            at.Clock = clock.Clock;
            foreach (var rule in scope.Scope.Rules)
                if (rule.HasTimers)
                    AlertLife.Judge(rule, group, at, ref _nextNumber, changes);
            group.DueAtLeast = scope.DueOf(group, clock.Clock);
            if (group.DueAtLeast <= due)
                throw new InvalidOperationException($"a timer at {due} does not advance");
        }
    }
}
