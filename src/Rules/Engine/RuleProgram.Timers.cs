using Rules.Language;

namespace Rules.Engine;

/// <summary>What time alone does by a program, and did not by another.</summary>
public sealed partial class RuleProgram
{
    /// <summary>Whether time, without an event, can fire what it could not by the former rules, or did otherwise.</summary>
    public bool FiresMoreThan(RuleProgram former) => Scopes
        .SelectMany(scope => scope.Rules).Where(rule => !rule.Aggregates.IsEmpty || !rule.Absents.IsEmpty)
        .Any(rule => !IsAsIn(former, rule.Definition));

    /// <summary>Whether time does with an alert of the rule what it did by the former rules; false when the rule is gone.</summary>
    public bool Keeps(string rule, RuleProgram former) => Find(rule) is { } definition && IsAsIn(former, definition);

    // Whatever makes an alert change; not what is told of it.
    private bool IsAsIn(RuleProgram former, RuleDefinition rule) => former.Find(rule.Name) is { } other
        && rule.When.ToString() == other.When.ToString() && rule.Resolve?.ToString() == other.Resolve?.ToString()
        && rule.For == other.For && rule.KeepFiringFor == other.KeepFiringFor && rule.Escalate?.After == other.Escalate?.After
        && rule.By.Select(field => field.Name).SequenceEqual(other.By.Select(field => field.Name))
        && rule.IsWallClock == other.IsWallClock && Lateness == former.Lateness;
}
