namespace Rules.Engine;

/// <summary>How what a rule newly keeps gets to know what happened before.</summary>
public sealed partial class EntityRules
{
    /// <summary>Takes in an event of the past: windows, patterns and anomalies learn it, nothing is judged.</summary>
    public void Learn(IRuleEvent e, in EventStamp stamp, Evaluation at)
    {
        var time = TimeOf(e, stamp);
        _eventClock = _eventClock.At(time, Math.Max(time, _eventClock.Now) - _program.Lateness);
        _wallClock = _wallClock.At(stamp.ReceivedAt, stamp.ReceivedAt);
        at.Event = e;
        foreach (var scope in _scopes)
        {
            if (scope.GroupOf(e, at) is not { } group) continue;
            at.Clock = ClockOf(scope.Scope);
            at.Group = group;
            at.Rule = null;
            TakeIn(scope.Scope, group, scope.Scope.IsWallClock ? stamp.ReceivedAt : time, at);
        }

        at.Event = null;
    }

    /// <summary>Takes over what the rules before did not keep.</summary>
    /// <param name="past">Has the same rules and has learned; not to be used afterwards.</param>
    /// <param name="former">The rules before.</param>
    public void Adopt(EntityRules past, RuleProgram former)
    {
        for (var i = 0; i < _scopes.Length; i++)
        {
            var scope = _scopes[i];
            var before = former.Scopes.FirstOrDefault(other => other.Name == scope.Scope.Name);
            foreach (var group in past._scopes[i].Groups)
            {
                if (scope.Groups.Find(own => own.Key == group.Key) is { } own) Adopt(scope.Scope, own, group, before);
                else if (before is null) scope.Add(group);
            }

            if (!scope.Scope.HasTimers) continue;
            var clock = ClockOf(scope.Scope);
            foreach (var group in scope.Groups) group.DueAtLeast = scope.DueOf(group, clock);
        }
    }

    private static void Adopt(RuleScope scope, GroupState own, GroupState past, RuleScope? before)
    {
        for (var i = 0; i < scope.Series.Length; i++)
            if (before?.HasSeries(scope.Series[i].Id) != true)
                own.Aggregates[i] = past.Aggregates[i];
        for (var i = 0; i < scope.Patterns.Length; i++)
            if (before?.HasPattern(scope.Patterns[i].Id) != true)
                own.Patterns[i] = past.Patterns[i];
        for (var i = 0; i < scope.Anomalies.Length; i++)
            if (before?.HasAnomaly(scope.Anomalies[i].Id) != true)
                own.Anomalies[i] = past.Anomalies[i];
        for (var i = 0; i < scope.Seen.Length; i++)
            if (before?.HasSeen(scope.Seen[i].Id) != true)
                own.Seen[i] = past.Seen[i];
    }
}
