using System.Collections.Immutable;

namespace Grains.Rules;

/// <summary>When an entity's alert fires and when it resolves. Durations are milliseconds of event time.</summary>
internal sealed record Rule
{
    /// <summary>Its name, one of a kind.</summary>
    public required string Name { get; init; }

    /// <summary>What makes the alert pending, and firing once it has held for <see cref="For"/>.</summary>
    public required Comparison When { get; init; }

    /// <summary>What lets a firing alert resolve; null: that <see cref="When"/> does not hold.</summary>
    public Comparison? Resolve { get; init; }

    /// <summary>How long <see cref="When"/> must hold before the alert fires; 0: it fires at once.</summary>
    public long For { get; init; }

    /// <summary>How long what would resolve the alert must last before it does; 0: it resolves at once.</summary>
    public long KeepFiringFor { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    public MessageTemplate Message { get; init; } = MessageTemplate.Empty;
}

/// <summary>The rules of a kind, in the order of their files and places there.</summary>
internal sealed class RuleSet(ImmutableArray<Rule> rules)
{
    public static RuleSet Empty { get; } = new([]);

    public ImmutableArray<Rule> Rules { get; } = rules;

    public Rule? Find(string name)
    {
        foreach (var rule in Rules)
            if (rule.Name == name)
                return rule;
        return null;
    }
}
