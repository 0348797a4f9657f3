using System.Collections.Immutable;
using Grains.Fields;
using Grains.Interfaces;

namespace Grains.Rules;

/// <summary>
/// Judges an event by the rules of its kind, at the event's own time. <c>for</c> and <c>keep_firing_for</c> mean what
/// they mean to Prometheus, but there is no clock: what a time brings about comes with the first event that has reached
/// it.
/// </summary>
internal static class RuleEngine
{
    private static readonly ImmutableSortedDictionary<string, string> NoLabels =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>
    /// Brings the state's alerts up to date and adds what has changed. Nothing is allocated when nothing changes.
    /// </summary>
    /// <param name="entity">The entity's key, for messages.</param>
    /// <param name="e">An event that the state has taken in.</param>
    /// <param name="changes">Gets what fired and resolved, in the order of the rules.</param>
    public static void Evaluate(
        RuleSet rules, string entity, DecodedEvent e, EntityState state, List<AlertChange> changes)
    {
        if (state.Alerts.Count > 0)
            DropOrphans(rules, e, state, changes);
        foreach (var rule in rules.Rules)
        {
            var alert = state.FindAlert(rule.Name);
            if (alert is { IsFiring: true })
                JudgeFiring(rule, alert, entity, e, state, changes);
            else
                JudgeQuiet(rule, alert, entity, e, state, changes);
        }
    }

    private static void JudgeQuiet(
        Rule rule, ActiveAlert? alert, string entity, DecodedEvent e, EntityState state, List<AlertChange> changes)
    {
        if (!rule.When.TryJudge(e, out var holds, out var value))
            return;
        if (!holds)
        {
            if (alert is not null)
                state.RemoveAlert(alert);
            return;
        }

        if (alert is null)
            state.AddAlert(alert = new ActiveAlert { Rule = rule.Name, Number = ++state.AlertCount, Since = e.Time });
        alert.Value = value;
        if (e.Time - alert.Since < rule.For)
            return;
        alert.FiredAt = e.Time;
        alert.Message = rule.Message.Render(entity, rule.Name, e);
        changes.Add(Change(alert, AlertState.Firing, e.Time, rule.Labels, alert.Message));
    }

    private static void JudgeFiring(
        Rule rule, ActiveAlert alert, string entity, DecodedEvent e, EntityState state, List<AlertChange> changes)
    {
        var hasValue = rule.When.TryJudge(e, out var holds, out var value);
        var isKnown = hasValue;
        if (rule.Resolve is { } resolve)
        {
            isKnown = resolve.TryJudge(e, out var resolves, out var other);
            holds = !resolves;
            if (!hasValue)
                value = other;
        }

        if (!isKnown)
            return;
        alert.Value = value;
        if (holds)
        {
            alert.KeepSince = ActiveAlert.Never;
            return;
        }

        if (rule.KeepFiringFor > 0)
        {
            if (alert.KeepSince == ActiveAlert.Never)
                alert.KeepSince = e.Time;
            if (e.Time - alert.KeepSince < rule.KeepFiringFor)
                return;
        }

        state.RemoveAlert(alert);
        var message = rule.Message.Render(entity, rule.Name, e);
        changes.Add(Change(alert, AlertState.Resolved, e.Time, rule.Labels, message));
    }

    /// <summary>A rule may be gone since its alert fired; who has been told of the alert is told of its end.</summary>
    private static void DropOrphans(RuleSet rules, DecodedEvent e, EntityState state, List<AlertChange> changes)
    {
        for (var i = state.Alerts.Count - 1; i >= 0; i--)
        {
            var alert = state.Alerts[i];
            if (rules.Find(alert.Rule) is not null)
                continue;
            state.RemoveAlert(alert);
            if (alert.IsFiring)
                changes.Add(Change(alert, AlertState.Resolved, e.Time, NoLabels, "the rule is gone"));
        }
    }

    private static AlertChange Change(
        ActiveAlert alert, AlertState state, long time, ImmutableSortedDictionary<string, string> labels,
        string message) =>
        new()
        {
            Rule = alert.Rule,
            Number = alert.Number,
            State = state,
            Time = time,
            Value = alert.Value,
            Labels = labels,
            Message = message,
        };
}
