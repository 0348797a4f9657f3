using Rules.Anomaly;
using Rules.Language;

namespace Rules.Engine;

/// <summary>Something that an entity keeps for rules.</summary>
/// <param name="Text">Its canonical text.</param>
/// <param name="MaxBytes">The most that it takes in the stored state.</param>
/// <param name="Rules">The rules that look at it.</param>
public sealed record KeptState(string Text, int MaxBytes, IReadOnlyList<string> Rules);

/// <summary>Says what rules keep of each entity, and of each group of it where they have <c>by</c>.</summary>
public static class Explanation
{
    public static IReadOnlyList<KeptState> Of(RuleProgram program)
    {
        var kept = new List<KeptState>();
        foreach (var scope in program.Scopes)
        {
            foreach (var series in scope.Series)
            {
                var expression = new AggregateExpression(series.Spec);
                kept.Add(new(Named(scope, expression.ToString()), series.New().MaxBytes, UsersOf(scope, expression)));
            }

            foreach (var pattern in scope.Patterns)
            {
                var expression = new PatternExpression(pattern.Spec);
                kept.Add(new(Named(scope, expression.ToString()), pattern.New().MaxBytes, UsersOf(scope, expression)));
            }

            foreach (var anomaly in scope.Anomalies)
            {
                var expression = new AnomalyExpression(anomaly.Source);
                kept.Add(new(Named(scope, expression.ToString()), AnomalyDetector.MaxBytes, UsersOf(scope, expression)));
            }

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
