using System.Collections.Immutable;

namespace Notifications.Matching;

/// <summary>While an alert that the sources match fires, those that the targets match are muted if they have equal labels.</summary>
internal sealed record InhibitRule(
    ImmutableArray<Matcher> Sources, ImmutableArray<Matcher> Targets, ImmutableArray<string> Equal)
{
    /// <summary>The same for labels that are equal to this rule.</summary>
    public string KeyOf(Labels labels) => string.Concat(Equal.Select(name =>
    {
        var value = LabelSet.Value(labels, name);
        return FormattableString.Invariant($"{value.Length}:{value}");
    }));
}

/// <summary>Knows which firing alerts mute others. Any thread may call it.</summary>
internal sealed class Inhibitor(ImmutableArray<InhibitRule> rules)
{
    /// <summary>Guards the sources.</summary>
    private readonly Lock _lock = new();

    /// <summary>For each rule its sources that fire: by their equal labels, then by fingerprint.</summary>
    private readonly ImmutableArray<Dictionary<string, Dictionary<string, Labels>>> _sources =
        [.. rules.Select(_ => new Dictionary<string, Dictionary<string, Labels>>(StringComparer.Ordinal))];

    public void Set(Alert alert)
    {
        lock (_lock)
            for (var i = 0; i < rules.Length; i++)
                if (Matcher.AllMatch(rules[i].Sources, alert.Labels))
                    Set(_sources[i], rules[i].KeyOf(alert.Labels), alert);
    }

    public bool Mutes(Labels target)
    {
        lock (_lock)
            for (var i = 0; i < rules.Length; i++)
                if (Matcher.AllMatch(rules[i].Targets, target)
                    && _sources[i].TryGetValue(rules[i].KeyOf(target), out var sources)
                    && HasSource(rules[i], sources.Values, target))
                    return true;
        return false;
    }

    /// <summary>Alerts that are both source and target do not mute each other, nor themselves.</summary>
    private static bool HasSource(InhibitRule rule, IEnumerable<Labels> sources, Labels target) =>
        !Matcher.AllMatch(rule.Sources, target) || sources.Any(s => !Matcher.AllMatch(rule.Targets, s));

    private static void Set(Dictionary<string, Dictionary<string, Labels>> sources, string key, Alert alert)
    {
        if (!sources.TryGetValue(key, out var equal))
        {
            if (!alert.IsFiring)
                return;
            sources[key] = equal = new(StringComparer.Ordinal);
        }

        if (alert.IsFiring)
            equal[alert.Fingerprint] = alert.Labels;
        else if (equal.Remove(alert.Fingerprint) && equal.Count == 0)
            sources.Remove(key);
    }
}
