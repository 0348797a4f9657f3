using Rules.Alerts;

namespace Rules.Engine;

/// <summary>Where time stood when a record came in, milliseconds since the Unix epoch; the same whenever the record is applied.</summary>
/// <param name="PartitionTime">The largest event time in the record's source partition before it; 0: not known, then it is the entity's own.</param>
/// <param name="ReceivedAt">The record's own timestamp: the clock of rules by the wall clock.</param>
public readonly record struct EventStamp(long PartitionTime, long ReceivedAt);

/// <summary>
/// What the rules of a kind keep of one entity, and its alerts. Changed only by what is given to it: the same events, stamps and timers in the
/// same order come to the same bits, with <see cref="Write"/> and <see cref="Read"/> at any place between.
/// </summary>
public sealed partial class EntityRules
{
    /// <summary>An event that is further ahead of its record's timestamp counts as if it were only so far ahead, ms.</summary>
    public const long MaxAheadMs = 3_600_000;

    private const long LatestTime = 253_402_300_800_000; // the year 10000

    private readonly RuleProgram _program;
    private readonly ScopeState[] _scopes;
    private List<ActiveAlert>? _orphans;
    private EntityClock _eventClock = EntityClock.Start;
    private EntityClock _wallClock = EntityClock.Start;
    private long _nextNumber = 1;

    public EntityRules(RuleProgram program)
    {
        _program = program;
        _scopes = [.. program.Scopes.Select(scope => new ScopeState(scope))];
    }

    /// <summary>Pending and firing, oldest first.</summary>
    public IEnumerable<ActiveAlert> Alerts => _scopes
        .SelectMany(scope => scope.Groups).SelectMany(group => group.Alerts).OfType<ActiveAlert>().Concat(_orphans ?? [])
        .OrderBy(alert => alert.Number);

    /// <summary>Whether there is any.</summary>
    public bool HasAlerts => _orphans is not null || Array.Exists(_scopes, scope => scope.HasAlert);

    /// <summary>How many events came too late for a window that a rule looks at.</summary>
    public long Late => _scopes.SelectMany(scope => scope.Groups).Sum(group => group.Late);

    /// <summary>How many events were not judged by rules with <c>by</c>, for all groups were taken and had alerts.</summary>
    public long Ungrouped { get; private set; }

    /// <summary>Takes in an event: first what time has brought about by then, then the event's windows, then its judgement.</summary>
    /// <param name="changes">Gets what has changed, in the order in which it did.</param>
    public void Observe(IRuleEvent e, in EventStamp stamp, Evaluation at, List<AlertChange> changes)
    {
        var time = TimeOf(e, stamp);
        if (_orphans is not null) EndOrphans(time, changes);
        var partitionTime = Math.Max(time, stamp.PartitionTime == 0 ? _eventClock.Now : stamp.PartitionTime);
        if (_program.HasTimers) Advance(partitionTime, stamp.ReceivedAt, at, changes);
        _eventClock = _eventClock.At(time, partitionTime - _program.Lateness);
        _wallClock = _wallClock.At(stamp.ReceivedAt, stamp.ReceivedAt);
        at.Event = e;
        foreach (var scope in _scopes)
        {
            if (scope.GroupOf(e, at) is not { } group)
            {
                Ungrouped++;
                continue;
            }

            at.Clock = ClockOf(scope.Scope);
            at.Group = group;
            at.Rule = null;
            TakeIn(scope.Scope, group, scope.Scope.IsWallClock ? stamp.ReceivedAt : time, at);
            foreach (var rule in scope.Scope.Rules) AlertLife.Judge(rule, group, at, ref _nextNumber, changes);
            if (scope.Scope.HasTimers) scope.Arm(group, at.Clock);
        }

        at.Event = null;
    }

    /// <summary>The active alert of a rule (of any group, the oldest); null when there is none.</summary>
    public ActiveAlert? FindAlert(string rule) => Alerts.FirstOrDefault(alert => alert.Rule == rule);

    /// <summary>The message of the only rule, right after an event has been observed.</summary>
    internal string Render(IRuleEvent e, Evaluation at)
    {
        at.Event = e;
        var message = _scopes[0].Scope.Rules[0].Message(at);
        at.Event = null;
        return message;
    }

    /// <summary>The message of the only rule at a time without an event; empty before there has been one.</summary>
    internal string RenderAt(long time, Evaluation at)
    {
        if (_scopes[0].Groups.Count == 0) return "";
        at.Group = _scopes[0].Groups[0];
        at.Clock = _eventClock.At(time, time - _program.Lateness).Clock;
        return _scopes[0].Scope.Rules[0].Message(at);
    }

    private RuleClock ClockOf(RuleScope scope) => (scope.IsWallClock ? _wallClock : _eventClock).Clock;

    // A clock that is far ahead would stop the entity's time for ever; what lies outside of dates would overflow.
    private static long TimeOf(IRuleEvent e, in EventStamp stamp)
    {
        var latest = stamp.ReceivedAt > 0 ? Math.Min(LatestTime, stamp.ReceivedAt) + MaxAheadMs : LatestTime;
        return Math.Clamp(e.Time, -LatestTime, latest);
    }

    private static void TakeIn(RuleScope scope, GroupState group, long time, Evaluation at)
    {
        if (group.IsNew) group.Seen.AsSpan().Fill(time);
        if (time > group.LastTime) group.LastTime = time;
        if (scope.IsStateless) return;
        var isLate = false;
        for (var i = 0; i < scope.Series.Length; i++)
            if (scope.Series[i].TrySample(at, time, out var sample))
                isLate |= !group.Aggregates[i].Add(sample, at.Clock);
        if (isLate) group.Late++;
        for (var i = 0; i < scope.Seen.Length; i++)
            if (scope.Seen[i].Holds(at))
                group.Seen[i] = Math.Max(group.Seen[i], time);
        for (var i = 0; i < scope.Anomalies.Length; i++)
        {
            var value = scope.Anomalies[i].Argument(at);
            at.Anomalies[i] = double.IsNaN(value) ? double.NaN : group.Anomalies[i].Observe(time, value);
        }

        at.Completed = 0;
        for (var i = 0; i < scope.Patterns.Length; i++)
            if (group.Patterns[i].Observe(time, scope.Patterns[i].Holds(at), at.Clock))
                at.Completed |= 1UL << i;
        for (var i = 0; i < scope.Code.Length; i++) group.Code[i].Evaluate(scope.Code[i], time, at);
    }

    private void EndOrphans(long now, List<AlertChange> changes)
    {
        foreach (var alert in _orphans!) changes.Add(AlertLife.Orphaned(alert, now));
        _orphans = null;
    }
}
