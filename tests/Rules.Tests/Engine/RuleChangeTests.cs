using Rules.Alerts;
using Rules.Engine;
using Rules.Language;

namespace Rules.Tests.Engine;

/// <summary>What other rules bring about without an event.</summary>
public sealed class RuleChangeTests
{
    [Theory]
    [InlineData("when: absent(5m)")]
    [InlineData("when: 'absent(x > 1, 5m) and y > 1'")]
    [InlineData("when: 'count(5m) < 3'")]
    [InlineData("when: x > 1, resolve: 'avg(x, 5m) < 1'")]
    public void What_time_alone_fires_is_more_than_before(string rule)
    {
        Assert.True(Program(rule).FiresMoreThan(RuleProgram.Empty));
        Assert.True(Program(rule).FiresMoreThan(Program($"{rule}, for: 1m")));
        Assert.True(Program(rule).FiresMoreThan(Program($"{rule}, clock: wall")));
        Assert.True(Program(rule).FiresMoreThan(Program($"{rule}, by: [site]")));
        Assert.False(Program(rule).FiresMoreThan(Program(rule)));
        Assert.False(Program($"{rule}, message: now").FiresMoreThan(Program($"{rule}, labels: {{ a: b }}")));
        Assert.False(RuleProgram.Empty.FiresMoreThan(Program(rule)));
    }

    [Theory]
    [InlineData("when: x > 1")]
    [InlineData("when: x > 1, for: 5m, keep_firing_for: 1m, escalate: { after: 1h }")]
    [InlineData("when: 'sequence(x > 1, x < 1) within 5m'")]
    [InlineData("when: anomaly(x) > 0.9")]
    public void What_only_events_fire_is_not(string rule) => Assert.False(Program(rule).FiresMoreThan(RuleProgram.Empty));

    [Theory]
    [InlineData("when: x > 1", true)]
    [InlineData("when: x > 1, message: other", true)]
    [InlineData("when: x > 1, for: 1s", false)]
    [InlineData("when: x > 1, keep_firing_for: 1s", false)]
    [InlineData("when: x > 1, resolve: x < 1", false)]
    [InlineData("when: x > 1, escalate: { after: 1s }", false)]
    [InlineData("when: x > 2", false)]
    public void An_alert_is_kept_by_a_rule_that_changes_it_as_before(string now, bool isKept)
    {
        Assert.Equal(isKept, Program(now).Keeps("r", Program("when: x > 1")));
        Assert.False(Program(now).Keeps("gone", Program("when: x > 1")));
    }

    [Fact]
    public void What_was_due_before_the_time_at_which_the_rules_came_is_judged_as_they_come()
    {
        var run = new EntityRun("when: x > 90", "when: absent(10m)");
        Assert.Equal(AlertPhase.Firing, Assert.Single(run.Observe(0, ("x", "95"))).Phase);
        Assert.Equal((AlertPhase.Firing, "r2"), Of(Assert.Single(run.Advance(600_000))));

        run.Replace("when: x > 90, escalate: { after: 5m }", "when: absent(10m)", "when: absent(5m)", "when: 'count(1m) < 1'", "when: absent(20m)");
        Assert.Empty(run.Advance(600_000));
        var changes = run.CatchUp();
        Assert.Equal([(AlertPhase.Escalated, "r"), (AlertPhase.Firing, "r3"), (AlertPhase.Firing, "r4")], changes.Select(Of));
        Assert.All(changes, change => Assert.Equal(600_000, change.Time));
        Assert.Empty(run.CatchUp());
        run.Reread();
        Assert.Equal([(AlertPhase.Firing, "r5")], run.Advance(2_000_000).Select(Of));
    }

    [Fact]
    public void What_only_events_judge_is_not_judged_as_rules_come()
    {
        var run = new EntityRun("when: absent(10m)");
        run.Observe(0, ("x", "95"));
        run.Advance(600_000);
        run.Replace("when: absent(10m)", "when: x > 90", "when: 'avg(x, 20m) > 90'");
        Assert.Empty(run.CatchUp());
    }

    [Theory]
    [InlineData]
    [InlineData("when: x > 1, by: [site]")]
    [InlineData("when: x > 1, clock: wall")]
    public void A_new_absence_counts_from_the_last_event_whatever_the_rules_before_have_kept(params string[] before)
    {
        var run = new EntityRun(before);
        run.Observe(1_000);
        run.Replace([.. before, "when: absent(5m), clock: wall", "when: 'absent(x > 90, 5m)'"]);
        Assert.Empty(run.CatchUp());
        Assert.Empty(run.Advance(300_999));
        run.Reread();
        Assert.Equal([AlertPhase.Firing, AlertPhase.Firing], run.Advance(301_000).Select(change => change.Phase));
        Assert.Equal([AlertPhase.Resolved], run.Observe(400_000).Select(change => change.Phase));
    }

    [Fact]
    public void Of_an_entity_without_events_nothing_is_absent()
    {
        var run = new EntityRun();
        run.Replace("when: absent(5m)");
        Assert.Empty(run.CatchUp());
        Assert.Empty(run.Advance(1_000_000));
    }

    private static (AlertPhase Phase, string Rule) Of(AlertChange change) => (change.Phase, change.Rule);

    private static RuleProgram Program(string rule) => new([RuleFiles.ParseFile(
        "test.yaml", $"kind: k\nfields: {{ x: number, y: number, site: text }}\nrules:\n  - {{ name: r, {rule} }}\n")]);
}
