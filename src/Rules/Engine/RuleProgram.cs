using System.Collections.Immutable;
using Rules.Language;

namespace Rules.Engine;

/// <summary>The rules of a kind, compiled. Immutable.</summary>
public sealed partial class RuleProgram
{
    private readonly int _anomalies;

    /// <param name="rules">Of one kind, names different.</param>
    /// <param name="lateness">How long an event of a source partition may come after later ones, ms.</param>
    public RuleProgram(IEnumerable<RuleDefinition> rules, long lateness)
    {
        Rules = [.. rules];
        Lateness = lateness;
        Scopes = [.. Rules
            .GroupBy(rule => (string.Join(',', rule.By.Select(field => field.Name)), rule.IsWallClock))
            .Select(scope => new RuleScope(scope.First().By, scope.Key.IsWallClock, scope, lateness))];
        HasTimers = Scopes.Any(scope => scope.HasTimers);
        _anomalies = Scopes.Select(scope => scope.Anomalies.Length).DefaultIfEmpty().Max();
    }

    /// <summary>The rules of a kind's files together.</summary>
    public RuleProgram(IReadOnlyCollection<RuleFile> files)
        : this(files.SelectMany(file => file.Rules), files.Select(file => file.Lateness).DefaultIfEmpty().Max())
    {
    }

    public static RuleProgram Empty { get; } = new([], 0);

    public ImmutableArray<RuleDefinition> Rules { get; }

    /// <summary>How long an event of a source partition may come after later ones, ms.</summary>
    public long Lateness { get; }

    /// <summary>Whether time alone can change an alert.</summary>
    public bool HasTimers { get; }

    internal ImmutableArray<RuleScope> Scopes { get; }

    /// <summary>Working memory for one caller at a time.</summary>
    public Evaluation NewEvaluation() => new(_anomalies);

    internal RuleDefinition? Find(string name) => Rules.FirstOrDefault(rule => rule.Name == name);
}
