using Rules.Language;

namespace Rules.Coded;

/// <summary>A rule in C# for the entities of a kind.</summary>
public sealed record KindRule(string Kind, CodedRule Rule)
{
    /// <summary>A kind's rules in C#, as if they were in a file.</summary>
    internal static ParsedFile Define(
        string kind, IEnumerable<KindRule> rules, IReadOnlyDictionary<string, IReadOnlyList<RuleField>> kinds, List<RuleError> errors)
    {
        if (!kinds.TryGetValue(kind, out var fields))
        {
            errors.AddRange(rules.Select(rule =>
                new RuleError(rule.Rule.GetType().Name, 1, 1, $"unknown kind '{kind}'{Nearest.Hint(kind, kinds.Keys)}")));
            return new(new RuleFile("C#", kind, [], 0, []), null);
        }

        return new(new RuleFile("C#", kind, [.. fields], 0, [.. rules.Select(rule => rule.Rule.Define(fields, errors)).OfType<RuleDefinition>()]), null);
    }
}
