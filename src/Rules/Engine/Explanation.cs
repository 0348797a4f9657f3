using Rules.Anomaly;
using Rules.Language;

namespace Rules.Engine;

/// <summary>Something that an entity keeps for rules.</summary>
/// <param name="Text">Its canonical text.</param>
/// <param name="MaxBytes">The most that it takes in the stored state; null: what a rule in C# keeps, as it likes.</param>
/// <param name="Rules">The rules that look at it.</param>
public sealed record KeptState(string Text, int? MaxBytes, IReadOnlyList<string> Rules);

/// <summary>Says what rules keep of each entity, and of each group of it where they have <c>by</c>.</summary>
public static class Explanation
{
    public static IReadOnlyList<KeptState> Of(RuleProgram program)
    {
        var kept = new List<KeptState>();
        foreach (var scope in program.Scopes)
        {
            var judged = scope.Series.Select(s => ((Expression)new AggregateExpression(s.Spec), s.New().MaxBytes))
                .Concat(scope.Patterns.Select(p => ((Expression)new PatternExpression(p.Spec), p.New().MaxBytes)))
                .Concat(scope.Anomalies.Select(a => ((Expression)new AnomalyExpression(a.Source), AnomalyDetector.MaxBytes)));
            foreach (var (expression, bytes) in judged)
                kept.Add(new(Named(scope, expression.ToString()), bytes, UsersOf(scope, expression)));
            foreach (var rule in scope.Code.Select(code => code.Rule))
                kept.Add(new(Named(scope, $"state of '{rule.Name}' in C#"), null, [rule.Name]));
            foreach (var seen in scope.Seen)
                kept.Add(new(Named(scope, $"last event{(seen.Source is { } filter ? $" where {filter}" : "")}"), 16, AbsentIn(scope, seen.Source)));
        }

        return kept;
    }

    private static string Named(RuleScope scope, string text) => scope.By.IsEmpty ? text : $"{text} by {string.Join(", ", scope.By.Select(f => f.Name))}";

    private static List<string> UsersOf(RuleScope scope, Expression expression) =>
        [.. scope.Rules.Where(rule => Inputs.Judged(rule.Definition).Contains(expression)).Select(rule => rule.Definition.Name)];

    private static List<string> AbsentIn(RuleScope scope, Expression? filter) =>
        [.. scope.Rules.Where(rule => Inputs.Judged(rule.Definition).OfType<AbsentExpression>().Any(a => Equals(a.Filter, filter)))
            .Select(rule => rule.Definition.Name)];
}
