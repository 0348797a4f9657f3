using System.Text;
using Rules.Alerts;
using Rules.Language;

namespace Rules.Engine;

/// <summary>An entity's groups in one scope.</summary>
internal sealed class ScopeState(RuleScope scope)
{
    private Dictionary<string, GroupState>? _byKey;

    public RuleScope Scope { get; } = scope;

    public List<GroupState> Groups { get; } = new(1);

    /// <summary>No timer of any group is due before it.</summary>
    public long DueAtLeast
    {
        get
        {
            var due = long.MaxValue;
            foreach (var group in Groups) due = Math.Min(due, group.DueAtLeast);
            return due;
        }
    }

    public bool HasAlert
    {
        get
        {
            foreach (var group in Groups)
                if (group.HasAlert)
                    return true;
            return false;
        }
    }

    /// <summary>The group of an event, made when it is the first; null when all are taken by groups with alerts.</summary>
    public GroupState? GroupOf(IRuleEvent e, Evaluation at)
    {
        if (Scope.By.IsEmpty) return Groups.Count > 0 ? Groups[0] : Add("", []);
        var key = KeyOf(e, at);
        _byKey ??= Groups.ToDictionary(group => group.Key, StringComparer.Ordinal);
        if (_byKey.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var found)) return found;
        if (Groups.Count == RuleScope.MaxGroups && !RemoveOldest()) return null;
        return Add(key.ToString(), LabelsOf(e));
    }

    /// <summary>Puts back a stored group.</summary>
    public GroupState Add(string key, KeyValuePair<string, string>[] labels) => Add(new GroupState(Scope, key, labels));

    public GroupState Add(GroupState group)
    {
        Groups.Add(group);
        _byKey?.Add(group.Key, group);
        return group;
    }

    /// <summary>
    /// Sets the group's timer after an event. A quiet group keeps an earlier one, which is only a lower bound: what an event puts off is
    /// due later; only what was not due at all, and windows that it will enter, may be due sooner.
    /// </summary>
    public void Arm(GroupState group, RuleClock clock)
    {
        if (group.DueAtLeast == long.MaxValue || group.HasAlert || group.IsPartlyArmed)
        {
            group.DueAtLeast = DueOf(group, clock);
            return;
        }

        foreach (var slot in Scope.Entered) group.DueAtLeast = Math.Min(group.DueAtLeast, group.Aggregates[slot].NextChange(clock));
    }

    /// <summary>The first time after the clock at which time alone may change an alert; <see cref="long.MaxValue"/>: never.</summary>
    public long DueOf(GroupState group, RuleClock clock)
    {
        var due = long.MaxValue;
        group.IsPartlyArmed = false;
        foreach (var rule in Scope.Rules)
        {
            if (!rule.HasTimers) continue;
            var alert = group.Alerts[rule.Slot];
            if (alert is not null) due = Math.Min(due, After(AlertLife.DueOf(rule, alert), clock.Now));
            foreach (var slot in rule.Aggregates)
            {
                // While nobody waits for an alert to change, a sliding window is not judged at every pane that it leaves behind.
                due = Math.Min(due, alert is null && Scope.Series[slot].EmptyAfter is { } empty
                    ? PutOff(group, group.LastTime + empty, clock.Now)
                    : group.Aggregates[slot].NextChange(clock));
            }

            foreach (var (seen, milliseconds) in rule.Absents) due = Math.Min(due, PutOff(group, group.Seen[seen] + milliseconds, clock.Now));
        }

        return due;
    }

    /// <summary>Whether what events put off for a rule, or its alert waits for, was due by now.</summary>
    public bool IsOverdue(CompiledRule rule, GroupState group, long now)
    {
        if (group.Alerts[rule.Slot] is { } alert && AlertLife.DueOf(rule, alert) <= now) return true;
        foreach (var slot in rule.Aggregates)
            if (Scope.Series[slot].EmptyAfter is { } empty && group.LastTime + empty <= now)
                return true;
        foreach (var (seen, milliseconds) in rule.Absents)
            if (group.Seen[seen] + milliseconds <= now)
                return true;
        return false;
    }

    // What events put off. What is not due any more will be after the next one.
    private static long PutOff(GroupState group, long due, long now)
    {
        var next = After(due, now);
        group.IsPartlyArmed |= next == long.MaxValue;
        return next;
    }

    // What was due at the clock's time has been judged then.
    private static long After(long due, long now) => due > now ? due : long.MaxValue;

    private bool RemoveOldest()
    {
        GroupState? oldest = null;
        foreach (var group in Groups)
            if (!group.HasAlert && (oldest is null || group.LastTime < oldest.LastTime))
                oldest = group;
        if (oldest is null) return false;
        Groups.Remove(oldest);
        _byKey!.Remove(oldest.Key);
        return true;
    }

    // Values end with a 0 each: no text of JSON that is worth grouping by holds one, and one that does only shares a group.
    private ReadOnlySpan<char> KeyOf(IRuleEvent e, Evaluation at)
    {
        var used = 0;
        foreach (var field in Scope.By)
        {
            var text = TextOf(e, field);
            if (at.KeyBuffer.Length < used + text.Length + 1)
            {
                var larger = new char[2 * (used + text.Length + 1)];
                at.KeyBuffer.AsSpan(0, used).CopyTo(larger);
                at.KeyBuffer = larger;
            }

            used += Encoding.UTF8.GetChars(text, at.KeyBuffer.AsSpan(used));
            at.KeyBuffer[used++] = '\0';
        }

        return at.KeyBuffer.AsSpan(0, used);
    }

    private KeyValuePair<string, string>[] LabelsOf(IRuleEvent e)
    {
        var labels = new KeyValuePair<string, string>[Scope.By.Length];
        for (var i = 0; i < labels.Length; i++) labels[i] = new(Scope.By[i].Name, Encoding.UTF8.GetString(TextOf(e, Scope.By[i])));
        return labels;
    }

    private static ReadOnlySpan<byte> TextOf(IRuleEvent e, RuleField field) =>
        !e.Has(field.Index) ? default
        : field.Type == RuleType.Text ? e.Text(field.Index)
        : e.Number(field.Index) != 0 ? "true"u8 : "false"u8;
}
