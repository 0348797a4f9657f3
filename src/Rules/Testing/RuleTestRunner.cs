using Rules.Alerts;
using Rules.Engine;
using Rules.Language;

namespace Rules.Testing;

/// <summary>Runs the tests of a file against rules, in virtual time.</summary>
public sealed class RuleTestRunner(IReadOnlyCollection<RuleFile> files)
{
    private readonly RuleProgram _program = new(files);
    private readonly IReadOnlyList<RuleField> _fields = [.. files.SelectMany(file => file.Fields).DistinctBy(field => field.Name)];
    private readonly long _lateness = files.Select(file => file.Lateness).DefaultIfEmpty().Max();

    /// <summary>What is not as it is expected, one sentence each; empty when the test passes.</summary>
    public IReadOnlyList<string> Run(RuleTest test)
    {
        var failures = new List<string>();
        try
        {
            var events = Events(test);
            foreach (var expected in test.AlertRuleTest) Check(test, events, expected, failures);
            foreach (var expected in test.ExprTest) Check(test, events, expected, failures);
        }
        catch (Exception e) when (e is FormatException or RuleException)
        {
            failures.Add(e.Message);
        }

        return failures;
    }

    private List<MemoryEvent> Events(RuleTest test)
    {
        var interval = Duration(test.Interval, "interval");
        var series = test.InputSeries.Select(input => (Field: FieldOf(input), Values: SeriesNotation.Parse(input.Values))).ToList();
        var events = new List<MemoryEvent>();
        for (var step = 0; step < series.Select(s => s.Values.Count).DefaultIfEmpty().Max(); step++)
        {
            var e = new MemoryEvent(step * interval, _fields.Count);
            var isEvent = false;
            foreach (var (field, values) in series)
            {
                if (step >= values.Count || values[step] is not { } value) continue;
                if (e.Set(field, value) is { } problem) throw new FormatException($"input_series of {field.Name}: {problem}");
                isEvent = true;
            }

            if (isEvent) events.Add(e);
        }

        return events;
    }

    private RuleField FieldOf(InputSeries input) => _fields.FirstOrDefault(field => field.Name == input.Field)
        ?? throw new FormatException($"input_series: unknown field '{input.Field}'{Nearest.Hint(input.Field, _fields.Select(f => f.Name))}");

    private void Check(RuleTest test, List<MemoryEvent> events, AlertRuleTest expected, List<string> failures)
    {
        if (_program.Find(expected.Rule) is null)
            throw new FormatException($"alert_rule_test: unknown rule '{expected.Rule}'{Nearest.Hint(expected.Rule, _program.Rules.Select(r => r.Name))}");
        var time = Duration(expected.EvalTime, "eval_time");
        var state = new EntityRules(_program);
        var at = _program.NewEvaluation();
        at.Entity = test.Entity;
        var changes = new List<AlertChange>();
        foreach (var e in events.Where(e => e.Time <= time)) state.Observe(e, new EventStamp(0, e.Time), at, changes);
        state.Advance(time + _lateness, time, at, changes);
        failures.AddRange((at.Failures ?? []).Select(failure => $"{failure.Rule} has thrown: {failure.Error.Message}").Distinct());
        var seen = state.Alerts.Where(alert => alert.Rule == expected.Rule).Select(Text).Order(StringComparer.Ordinal).ToList();
        var unmatched = state.Alerts.Where(alert => alert.Rule == expected.Rule).ToList();
        foreach (var one in expected.ExpAlerts)
        {
            var match = unmatched.FindIndex(alert => Matches(one, alert));
            if (match < 0)
            {
                failures.Add($"{expected.Rule} at {expected.EvalTime}: expected {Text(one)}; seen: {(seen.Count == 0 ? "no alert" : string.Join("; ", seen))}");
                return;
            }

            unmatched.RemoveAt(match);
        }

        if (unmatched.Count > 0)
            failures.Add($"{expected.Rule} at {expected.EvalTime}: did not expect {string.Join("; ", unmatched.Select(Text))}");
    }

    private void Check(RuleTest test, List<MemoryEvent> events, ExprTest expected, List<string> failures)
    {
        var time = Duration(expected.EvalTime, "eval_time");
        var probe = ExpressionProbe.Of(ExpressionParser.Parse(expected.Expr, _fields, "expr"), _lateness)(test.Entity);
        var value = "";
        foreach (var e in events.Where(e => e.Time <= time))
        {
            value = probe.Observe(e);
            if (e.Time < time) value = "";
        }

        if (events.All(e => e.Time != time)) value = probe.ValueAt(time);
        if (!IsSame(expected.Value, value)) failures.Add($"{expected.Expr} at {expected.EvalTime}: expected '{expected.Value}', got '{value}'");
    }

    private static bool IsSame(string expected, string value) => expected == value
        || (TimeText.TryNumber(expected, out var a) && TimeText.TryNumber(value, out var b) && Math.Abs(a - b) <= 1e-9 * Math.Max(Math.Abs(a), Math.Abs(b)));

    private static bool Matches(ExpectedAlert expected, ActiveAlert alert) =>
        expected.State == State(alert)
        && (expected.Message is null || expected.Message == alert.Message)
        && (expected.Labels is null
            || (expected.Labels.Count == alert.Labels.Count
                && expected.Labels.All(label => alert.Labels.TryGetValue(label.Key, out var value) && value == label.Value)));

    private static string State(ActiveAlert alert) => alert.IsFiring ? "firing" : "pending";

    private static string Text(ActiveAlert alert) => $"{State(alert)} {{{Text(alert.Labels)}}} '{alert.Message}'";

    private static string Text(ExpectedAlert alert) =>
        $"{alert.State}{(alert.Labels is { } labels ? $" {{{Text(labels)}}}" : "")}{(alert.Message is { } message ? $" '{message}'" : "")}";

    private static string Text(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(", ", labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}: {label.Value}"));

    private static long Duration(string text, string what) =>
        text == "0" ? 0 : DurationParser.Parse(text, out var problem) ?? throw new FormatException($"{what}: {problem.Message}");
}
