using System.Buffers;
using System.Collections.Immutable;
using Rules.Alerts;
using Rules.Coded;
using Rules.Engine;
using Rules.Language;
using Rules.Testing;

namespace Rules.Tests.Coded;

public sealed class CodedRuleTests
{
    private const long Minute = 60_000;
    private static readonly RuleField[] Fields =
        [new("x", RuleType.Number, 0), new("open", RuleType.Boolean, 1), new("site", RuleType.Text, 2)];

    [Fact]
    public void It_fires_with_labels_message_value_and_causes()
    {
        var run = new Run(new ThirdInRow());
        Assert.Empty(run.Observe(0, 10));
        Assert.Empty(run.Observe(1000, 20));
        Assert.Empty(run.Observe(2000, 30));
        var fired = Assert.Single(run.Observe(3000, 40));
        Assert.Equal((AlertPhase.Firing, 3.0, "e1: 3 in a row, 25"), (fired.Phase, fired.Value, fired.Message));
        Assert.Equal([new("severity", "third-page")], fired.Labels);
        Assert.Equal([new("x", "40"), new("avg(x, 5m)", "25")], fired.Causes);
        Assert.Empty(run.Observe(4000, 50));
        var resolved = Assert.Single(run.Observe(5000, 0));
        Assert.Equal((AlertPhase.Resolved, "e1: 0 in a row, 25"), (resolved.Phase, resolved.Message));
    }

    [Fact]
    public void Its_last_verdict_stands_while_for_and_keep_firing_for_go_by()
    {
        var run = new Run(new ThirdInRow(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)));
        foreach (var x in (double[])[1, 2, 3]) run.Observe(0, x);
        Assert.Equal(AlertPhase.Pending, Assert.Single(run.Observe(0, 4)).Phase);
        Assert.Empty(run.Advance(Minute - 1));
        var fired = Assert.Single(run.Advance(Minute));
        Assert.Equal((AlertPhase.Firing, Minute, 3.0), (fired.Phase, fired.Time, fired.Value));
        Assert.Empty(run.Observe(2 * Minute, -9));
        var resolved = Assert.Single(run.Advance(9 * Minute));
        Assert.Equal((AlertPhase.Resolved, 4 * Minute), (resolved.Phase, resolved.Time));
    }

    [Fact]
    public void An_event_of_which_nothing_is_known_leaves_its_alert()
    {
        var run = new Run(new ThirdInRow());
        foreach (var x in (double[])[1, 2, 3, 4]) run.Observe(0, x);
        Assert.Empty(run.Observe(1000, double.NaN));
        Assert.True(Assert.Single(run.State.Alerts).IsFiring);
    }

    [Fact]
    public void Each_group_has_a_state_of_its_own()
    {
        var run = new Run(new ThirdInRow(by: "site"));
        foreach (var x in (double[])[1, 2, 3])
            foreach (var site in (string[])["north", "south"])
                Assert.Empty(run.Observe(0, x, site));
        var fired = Assert.Single(run.Observe(0, 4, "south"));
        Assert.Equal("south", fired.Labels["site"]);
    }

    [Fact]
    public void Written_and_read_at_any_place_it_comes_to_the_same()
    {
        var (straight, reread) = (new Run(new ThirdInRow(TimeSpan.FromSeconds(5))), new Run(new ThirdInRow(TimeSpan.FromSeconds(5))));
        var random = new Random(7);
        var fired = 0;
        for (var i = 0; i < 2000; i++)
        {
            var (time, x) = (i * 2000L - (random.Next(3) * 1000), random.Next(100) + (i % 50));
            var changes = straight.Observe(time, x);
            fired += changes.Count(change => change.Phase == AlertPhase.Firing);
            Assert.Equal(changes.Select(Text), reread.Observe(time, x).Select(Text));
            reread.Reread(new ThirdInRow(TimeSpan.FromSeconds(5)));
        }

        Assert.True(fired > 10);
        Assert.Equal(straight.Bytes(), reread.Bytes());
    }

    [Fact]
    public void A_state_of_another_version_or_that_cannot_be_read_starts_anew()
    {
        var run = new Run(new Counting(1));
        run.Observe(0, 1);
        run.Observe(0, 1);
        run.Reread(new Counting(1));
        run.Observe(0, 1);
        Assert.Equal(3, Assert.Single(run.State.Alerts).Value);
        run.Reread(new Counting(2));
        run.Observe(0, 1);
        Assert.Equal(1, Assert.Single(run.State.Alerts).Value);

        // In a format of its own, where the bytes of JSON are something else.
        run.Reread(new Counting(2, count => count == '{' ? throw new InvalidDataException() : count));
        run.Observe(0, 1);
        Assert.Equal(1, Assert.Single(run.State.Alerts).Value);
    }

    [Fact]
    public void One_that_throws_is_told_of_and_disturbs_no_other()
    {
        var run = new Run(new ThirdInRow(), new Counting(1));
        foreach (var x in (double[])[1, 2, 3, 4]) run.Observe(0, x);
        Assert.Empty(run.Observe(0, 5, "broken"));
        var (rule, error) = Assert.Single(run.Failures!);
        Assert.Equal(("third", "site is broken"), (rule, error.Message));
        Assert.Equal([3.0, 5.0], run.State.Alerts.Select(alert => alert.Value).Order());
        Assert.All(run.State.Alerts, alert => Assert.True(alert.IsFiring));
    }

    [Fact]
    public void What_is_wrong_with_it_is_told_at_once_with_its_name()
    {
        var e = Assert.Throws<RuleException>(() => Load("", new("k", new Wrong(inputs: true)), new("m", new Counting(1))));
        Assert.Equal(
            [
                "Wrong:1:1: rule 'wrong': 'tempo', character 1: unknown field 'tempo'",
                "Wrong:1:1: rule 'wrong': 'open', character 1: expected a number, got true or false",
                "Wrong:1:1: rule 'wrong': For is -00:00:01: expected at most 100 years, and not less than nothing",
                "Wrong:1:1: rule 'wrong': 'x', character 1: field 'x' is a number: expected a field that is text, true or false",
                "Wrong:1:1: rule 'wrong': 'sit', character 1: unknown field 'sit'; did you mean 'site'?",
                "Wrong:1:1: rule 'wrong': '{{ value | round 99 }}', character 18: expected an integer of 0 to 15, got '99'",
                "Wrong:1:1: rule 'wrong': '{{ valu }}', character 4: unknown field 'valu'",
                "Counting:1:1: unknown kind 'm'; did you mean 'k'?",
            ],
            e.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void A_state_that_cannot_be_written_is_an_error_at_the_start()
    {
        var e = Assert.Throws<RuleException>(() => Load("", new KindRule("k", new Wrong(inputs: false))));
        Assert.StartsWith("Wrong:1:1: rule 'wrong': its state cannot be written and read: ", e.Errors.Single().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_windows_make_the_time_of_the_partition_count()
    {
        Assert.True(new RuleProgram(Load("", new KindRule("k", new ThirdInRow()))).HasTimers);
        Assert.False(new RuleProgram(Load("", new KindRule("k", new Counting(1)))).HasTimers);
    }

    [Fact]
    public void It_stands_beside_those_in_files_and_has_no_name_of_theirs()
    {
        var files = Load("lateness: 10s\nrules: [{ name: high, when: x > 1 }]", new KindRule("k", new ThirdInRow()));
        Assert.Equal(["high", "third"], new RuleProgram(files).Rules.Select(rule => rule.Name));
        Assert.Equal([10_000, 10_000], files.Select(file => file.Lateness));
        var e = Assert.Throws<RuleException>(() => Load("rules: [{ name: third, when: x > 1 }]", new KindRule("k", new ThirdInRow())));
        Assert.Contains("kind 'k' has a rule 'third' already, at k.yaml:2:17", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_tested_like_those_in_files()
    {
        var test = RuleTestFile.Parse("""
            tests:
              - name: third in a row
                interval: 1m
                entity: e1
                input_series: [{ field: x, values: '1 2 3 4 _ 0' }]
                alert_rule_test:
                  - { eval_time: 2m, rule: third }
                  - { eval_time: 3m, rule: third, exp_alerts: [{ message: "e1: 3 in a row, 2.5" }] }
                  - { eval_time: 4m, rule: third, exp_alerts: [{ state: firing }] }
                  - { eval_time: 5m, rule: third }
              - name: broken
                input_series: [{ field: site, values: 'broken' }]
                alert_rule_test: [{ eval_time: 0, rule: third }]
            """).Tests;
        var runner = new RuleTestRunner(Load("", new KindRule("k", new ThirdInRow())));
        Assert.Empty(runner.Run(test[0]));
        Assert.Equal(["third has thrown: site is broken"], runner.Run(test[1]));
    }

    private static ImmutableArray<RuleFile> Load(string yaml, params KindRule[] code) => RuleFiles.Parse(
        yaml.Length == 0 ? [] : [("k.yaml", "kind: k\n" + yaml)],
        new Dictionary<string, IReadOnlyList<RuleField>> { ["k"] = Fields },
        code);

    private static string Text(AlertChange change) => $"{change.Number} {change.Phase} {change.Time} {change.Value} {change.Message}";

    /// <summary>One entity under rules in C#.</summary>
    private sealed class Run
    {
        private RuleProgram _program;
        private Evaluation _at;

        public Run(params CodedRule[] rules)
        {
            (_program, _at) = Program(rules);
            State = new EntityRules(_program);
        }

        public EntityRules State { get; private set; }

        public IReadOnlyList<(string Rule, Exception Error)>? Failures => _at.Failures;

        public List<AlertChange> Observe(long time, double x, string? site = null)
        {
            var e = new MemoryEvent(time, Fields.Length);
            if (!double.IsNaN(x)) Assert.Null(e.Set(Fields[0], x.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            if (site is not null) e.SetText(Fields[2], site);
            var changes = new List<AlertChange>();
            State.Observe(e, new EventStamp(0, time), _at, changes);
            return changes;
        }

        public List<AlertChange> Advance(long time)
        {
            var changes = new List<AlertChange>();
            State.Advance(time, time, _at, changes);
            return changes;
        }

        /// <summary>Writes the state and reads it for another object's rule.</summary>
        public void Reread(CodedRule rule)
        {
            var bytes = Bytes();
            (_program, _at) = Program(rule);
            State = EntityRules.Read(_program, bytes);
        }

        public byte[] Bytes()
        {
            var buffer = new ArrayBufferWriter<byte>();
            State.Write(buffer);
            return buffer.WrittenSpan.ToArray();
        }

        private static (RuleProgram Program, Evaluation At) Program(params CodedRule[] rules)
        {
            var program = new RuleProgram(Load("", [.. rules.Select(rule => new KindRule("k", rule))]));
            var at = program.NewEvaluation();
            at.Entity = "e1";
            return (program, at);
        }
    }
}
