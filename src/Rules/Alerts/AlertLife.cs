using Rules.Engine;

namespace Rules.Alerts;

/// <summary>
/// Inactive, pending, firing, resolved: <c>for</c> and <c>keep_firing_for</c> mean what they mean to Prometheus. A condition that is missing leaves
/// an alert as it is, but the time goes on that it has to hold or to be gone.
/// </summary>
internal static class AlertLife
{
    /// <summary>Judges a rule in a group at the evaluation's time and adds what has changed; nothing is allocated when nothing does.</summary>
    /// <param name="number">The number that the next new alert of the entity gets.</param>
    public static void Judge(CompiledRule rule, GroupState group, Evaluation at, ref long number, List<AlertChange> changes)
    {
        at.Rule = rule;
        var holds = rule.When(at);
        var alert = group.Alerts[rule.Slot];
        if (alert is { IsFiring: true })
            JudgeFiring(rule, group, alert, holds, at, changes);
        else if (alert is not null || holds == Truth.True)
            JudgeQuiet(rule, group, alert, holds, at, ref number, changes);
        at.Remembered = null;
    }

    private static void JudgeQuiet(
        CompiledRule rule, GroupState group, ActiveAlert? alert, Truth holds, Evaluation at, ref long number, List<AlertChange> changes)
    {
        var now = at.Clock.Now;
        if (holds == Truth.False)
        {
            group.Alerts[rule.Slot] = null;
            Recall(rule, alert!, at);
            changes.Add(Change(rule, alert!, AlertPhase.Inactive, at));
            return;
        }

        var isNew = alert is null;
        if (alert is null)
        {
            group.Alerts[rule.Slot] = alert = new ActiveAlert { Rule = rule.Definition.Name, Number = number++, Since = now };
        }

        if (holds == Truth.True)
        {
            alert.Value = rule.Value(at);
            Remember(rule, alert, at);
        }

        if (now - alert.Since >= rule.Definition.For)
        {
            Recall(rule, alert, at);
            alert.FiredAt = now;
            alert.Message = rule.Message(at);
            alert.Labels = rule.Labels(at, group.Labels);
            changes.Add(Change(rule, alert, AlertPhase.Firing, at) with { Message = alert.Message });
        }
        else if (isNew)
        {
            alert.Labels = rule.Labels(at, group.Labels);
            changes.Add(Change(rule, alert, AlertPhase.Pending, at));
        }
    }

    private static void JudgeFiring(
        CompiledRule rule, GroupState group, ActiveAlert alert, Truth holds, Evaluation at, List<AlertChange> changes)
    {
        var value = rule.Value(at);
        if (double.IsNaN(value)) value = rule.ResolveValue?.Invoke(at) ?? double.NaN;
        if (!double.IsNaN(value)) alert.Value = value;
        if (IsOver(rule, alert, holds, at))
        {
            group.Alerts[rule.Slot] = null;
            Recall(rule, alert, at);
            changes.Add(Change(rule, alert, AlertPhase.Resolved, at) with { Message = rule.Message(at) });
        }
        else if (at.Clock.Now >= EscalatesAt(rule, alert))
        {
            alert.IsEscalated = true;
            Recall(rule, alert, at);
            alert.Labels = rule.Escalated(alert.Labels, at);
            changes.Add(Change(rule, alert, AlertPhase.Escalated, at) with { Message = alert.Message });
        }
    }

    private static bool IsOver(CompiledRule rule, ActiveAlert alert, Truth holds, Evaluation at)
    {
        var gone = rule.Resolve is { } resolve ? Logic.And(resolve(at), holds == Truth.True ? Truth.False : Truth.True) : Logic.Not(holds);
        var now = at.Clock.Now;
        switch (gone)
        {
            case Truth.False:
                alert.KeepSince = ActiveAlert.Never;
                return false;
            case Truth.Missing when alert.KeepSince == ActiveAlert.Never:
                return false;
            case Truth.True when alert.KeepSince == ActiveAlert.Never:
                alert.KeepSince = now;
                Remember(rule, alert, at);
                break;
        }

        return now - alert.KeepSince >= rule.Definition.KeepFiringFor;
    }

    private static void Remember(CompiledRule rule, ActiveAlert alert, Evaluation at)
    {
        if (at.Event is not null) alert.Fields = rule.Remember(at);
    }

    // After all conditions: for them the fields are missing when there is no event.
    private static void Recall(CompiledRule rule, ActiveAlert alert, Evaluation at)
    {
        if (at.Event is null && alert.Fields.Length > 0) at.Remembered = rule.Recall(at.Clock.Now, alert.Fields);
    }

    // An acknowledgement that comes later is too late.
    private static long EscalatesAt(CompiledRule rule, ActiveAlert alert) =>
        rule.Definition.Escalate is { } escalation && !alert.IsEscalated && alert.Acknowledged is null
            ? alert.FiredAt + escalation.After
            : long.MaxValue;

    /// <summary>When time alone may change an active alert for what it has waited; <see cref="long.MaxValue"/>: never.</summary>
    public static long DueOf(CompiledRule rule, ActiveAlert alert) =>
        !alert.IsFiring ? alert.Since + rule.Definition.For
        : Math.Min(
            EscalatesAt(rule, alert),
            alert.KeepSince != ActiveAlert.Never ? alert.KeepSince + rule.Definition.KeepFiringFor : long.MaxValue);

    /// <summary>The end of an alert whose rule is gone: who has been told of the alert is told of its end.</summary>
    public static AlertChange Orphaned(ActiveAlert alert, long now) => new()
    {
        Rule = alert.Rule,
        Number = alert.Number,
        Phase = alert.IsFiring ? AlertPhase.Resolved : AlertPhase.Inactive,
        Time = now,
        Value = alert.Value,
        Labels = alert.Labels,
        Message = "the rule is gone",
    };

    private static AlertChange Change(CompiledRule rule, ActiveAlert alert, AlertPhase phase, Evaluation at) => new()
    {
        Rule = alert.Rule,
        Number = alert.Number,
        Phase = phase,
        Time = at.Clock.Now,
        Value = alert.Value,
        Labels = alert.Labels,
        Message = "",
        Causes = rule.Causes(at),
    };
}
