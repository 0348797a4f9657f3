using System.Globalization;
using Rules.Alerts;

namespace Rules.Tests.Engine;

/// <summary><c>for</c>, <c>keep_firing_for</c> and <c>resolve</c>, event by event.</summary>
public sealed class AlertLifeTests
{
    /// <summary>
    /// Events are second:value ("-" is an event without the field, "t" no event but the time); what is expected is the alert
    /// after each: '.' none, 'p' pending, 'F' firing, with a '!' where it has begun or ceased to fire.
    /// </summary>
    [Theory]
    [InlineData("when: x > 90", "0:90 1:91 2:95 3:90 4:90 5:91", ". F! F .! . F!")]
    [InlineData("when: x > 90", "0:91 1:- 2:- 3:1", "F! F F .!")]
    [InlineData("when: x > 90, resolve: x < 85", "0:91 1:88 2:85 3:84 4:88 5:91", "F! F F .! . F!")]
    [InlineData("when: x > 90, for: 30s", "0:91 29:91 30:91 31:1", "p p F! .!")]
    [InlineData("when: x > 90, for: 30s", "0:91 29:90 30:91 59:91 60:91", "p . p p F!")]
    [InlineData("when: x > 90, for: 30s", "0:91 30:- 40:91", "p F! F")]
    [InlineData("when: x > 90, for: 30s", "100:91 50:91 129:91 130:91", "p p p F!")]
    [InlineData("when: x > 90, keep_firing_for: 2m", "0:91 10:1 129:1 130:1 131:91", "F! F F .! F!")]
    [InlineData("when: x > 90, keep_firing_for: 2m", "0:91 10:1 100:91 110:1 229:1 230:1", "F! F F F F .!")]
    [InlineData("when: x > 90, keep_firing_for: 2m", "0:91 10:1 500:- 501:1", "F! F .! .")]
    [InlineData("when: x > 90, for: 10s, resolve: x < 85, keep_firing_for: 20s",
        "0:91 5:88 6:95 15:95 16:95 20:88 30:80 40:88 50:80 69:80 70:80", "p . p p F! F F F F F .!")]
    [InlineData("when: x > 90, for: 30s", "0:91 29:t 30:t 31:t", "p p F! F")]
    [InlineData("when: x > 90, for: 30s", "0:91 31:1", "p .!")]
    [InlineData("when: x > 90, keep_firing_for: 2m", "0:91 10:1 129:t 130:t", "F! F F .!")]
    [InlineData("when: x != 5", "0:5 1:4 2:5", ". F! .!")]
    [InlineData("when: x >= 5", "0:5 1:4", "F! .!")]
    [InlineData("when: 'absent(5m)'", "0:1 299:t 300:t 301:t 302:1", ". . F! F .!")]
    [InlineData("when: 'absent(x > 5, 1m)'", "0:1 59:1 60:1 61:6", ". . F! .!")]
    [InlineData("when: 'count(1m) >= 3'", "0:1 1:1 2:1 3:1 62:t 63:t 70:t", ". . F! F .! . .")]
    public void Life_of_an_alert(string rule, string events, string expected)
    {
        var run = new EntityRun(rule);
        var seen = new List<string>();
        foreach (var one in events.Split(' '))
        {
            var parts = one.Split(':');
            var second = long.Parse(parts[0], CultureInfo.InvariantCulture);
            var changes = parts[1] == "t"
                ? run.Advance(second * 1000)
                : run.Observe(second * 1000, parts[1] == "-" ? [] : [("x", parts[1])]);
            var alert = run.State.Alerts.SingleOrDefault();
            var told = changes.Count(change => change.Phase is AlertPhase.Firing or AlertPhase.Resolved);
            seen.Add((alert is null ? "." : alert.IsFiring ? "F" : "p") + (told == 0 ? "" : "!"));
            run.Reread();
        }

        Assert.Equal(expected, string.Join(' ', seen));
    }

    // The long window alone is due much later; what is due sooner must not wait for it.
    [Theory]
    [InlineData("when: 'absent(12s)'", "0 20 40", 12, 32, 52)]
    [InlineData("when: 'absent(12s) and count(1h) < 99'", "0 20 40", 12, 32, 52)]
    [InlineData("when: 'count(tumbling 10s) == 1'", "1 35 52", 10, 40, 60)]
    [InlineData("when: 'count(hopping 20s every 10s) == 1'", "1 45 99", 10, 50, 100)]
    [InlineData("when: 'absent(x > 5, 12s)'", "0 20 40", 12, 32, 52)]
    public void What_is_due_soon_does_not_wait_for_a_long_window(string rule, string events, params int[] firing)
    {
        foreach (var isReread in (bool[])[false, true])
        {
            var run = new EntityRun(rule, "when: 'avg(x, 7m) > 1000'", "when: 'max(x, 30m) < 0'");
            var seen = new List<long>();
            var at = events.Split(' ').Select(second => long.Parse(second, CultureInfo.InvariantCulture)).ToList();
            for (var second = 0; second <= 120; second++)
            {
                var changes = at.Contains(second) ? run.Observe(second * 1000, ("x", "6")) : run.Advance(second * 1000);
                seen.AddRange(changes.Where(change => change.Phase == AlertPhase.Firing).Select(change => change.Time / 1000));
                if (isReread) run.Reread();
            }

            Assert.Equal(firing.Select(second => (long)second), seen.Take(firing.Length));
        }
    }

    [Fact]
    public void What_time_changes_is_told_with_the_fields_of_the_last_event_judged()
    {
        var run = new EntityRun(
            "when: x > 90, for: 1m, keep_firing_for: 1m, labels: { door: '{{ site }}' }, escalate: { after: 5m, labels: { was: '{{ x }}' } }, "
            + "message: '{{ x | round 0 }} at {{ site }}, {{ count(1h) }}'");
        run.Observe(0, ("x", "95.25"), ("site", "a b"));
        run.Observe(10_000, ("x", "96"), ("site", "c"));
        run.Reread();
        Assert.Equal("firing door=c 96 at c, 2 x=96", Told(run.Advance(60_000)));
        run.Observe(70_000, ("x", "99"), ("site", "d"));
        run.Reread();
        Assert.Equal("escalated door=c,was=96 96 at c, 2 x=96", Told(run.Advance(360_000)));
        run.Observe(370_000, ("x", "1"), ("site", "e"));
        run.Reread();
        Assert.Equal("resolved door=c,was=96 1 at e, 4 x=1", Told(run.Advance(430_000)));

        // What does not hold any more is told with the event that says so.
        run.Observe(500_000, ("x", "97"));
        Assert.Equal("inactive door=  x=2", Told(run.Observe(510_000, ("x", "2"))));

        static string Told(IEnumerable<AlertChange> changes)
        {
            var change = Assert.Single(changes);
            return $"{change.Phase.ToString().ToLowerInvariant()} {Texts(change.Labels)} {change.Message} {Texts(change.Causes)}";
        }

        static string Texts(IEnumerable<KeyValuePair<string, string>> texts) => string.Join(',', texts.Select(text => $"{text.Key}={text.Value}"));
    }

    [Fact]
    public void Conditions_do_not_see_what_an_alert_remembers()
    {
        var run = new EntityRun("when: x > 90 and count(1m) >= 1, for: 5m, message: '{{ x }}'");
        run.Observe(0, ("x", "95"));
        Assert.Equal(AlertPhase.Inactive, Assert.Single(run.Advance(120_000)).Phase);
    }

    [Fact]
    public void An_alert_that_nobody_acknowledges_is_escalated_once()
    {
        var run = new EntityRun("when: x > 90, labels: { severity: warning, team: a }, escalate: { after: 10m, labels: { severity: page } }");
        run.Observe(0, ("x", "95"));
        Assert.Empty(run.Advance(599_999));
        run.Reread();
        var escalated = Assert.Single(run.Advance(600_000));
        Assert.Equal((AlertPhase.Escalated, 1, 600_000, "page", "a"),
            (escalated.Phase, escalated.Number, escalated.Time, escalated.Labels["severity"], escalated.Labels["team"]));
        run.Reread();
        Assert.Empty(run.Advance(6_000_000));
        Assert.Equal("page", run.State.Alerts.Single().Labels["severity"]);
        Assert.Equal("page", Assert.Single(run.Observe(6_000_001, ("x", "1"))).Labels["severity"]);
    }

    [Fact]
    public void An_alert_that_is_acknowledged_or_over_is_not_escalated()
    {
        var run = new EntityRun("when: x > 90, keep_firing_for: 10m, escalate: { after: 10m }");
        run.Observe(0, ("x", "95"));
        run.State.Alerts.Single().Acknowledged = new("ann", "", 1);
        run.Reread();
        Assert.Empty(run.Advance(700_000));

        var other = new EntityRun("when: x > 90, keep_firing_for: 10m, escalate: { after: 10m }");
        other.Observe(0, ("x", "95"));
        other.Observe(0, ("x", "1"));
        Assert.Equal(AlertPhase.Resolved, Assert.Single(other.Advance(600_000)).Phase);
    }

    [Fact]
    public void A_change_says_what_happened_and_why()
    {
        var run = new EntityRun("when: x > 90, labels: { b: '2', a: '1' }, message: '{{ entity }}: {{rule}} {{ x }} {{ site }}.'");
        var fired = Assert.Single(run.Observe(7000, ("x", "91.5"), ("site", "north")));
        Assert.Equal(("r", 1, AlertPhase.Firing, 7000, 91.5, "e1: r 91.5 north."),
            (fired.Rule, fired.Number, fired.Phase, fired.Time, fired.Value, fired.Message));
        Assert.Equal(["a", "b"], fired.Labels.Keys);
        Assert.Equal([new KeyValuePair<string, string>("x", "91.5")], fired.Causes);
        var resolved = Assert.Single(run.Observe(8000, ("x", "2")));
        Assert.Equal(("r", 1, AlertPhase.Resolved, 8000, 2, "e1: r 2 ."),
            (resolved.Rule, resolved.Number, resolved.Phase, resolved.Time, resolved.Value, resolved.Message));
        Assert.Equal(2, Assert.Single(run.Observe(9000, ("x", "99"))).Number);
    }

    [Fact]
    public void Rules_are_judged_in_their_order_and_apart()
    {
        var run = new EntityRun("when: x > 90", "when: y < 0", "when: open == true");
        Assert.Equal(["r", "r2", "r3"], run.Observe(0, ("x", "91"), ("y", "-1"), ("open", "true")).Select(c => c.Rule));
        Assert.Equal(["r2"], run.Observe(1, ("y", "1")).Select(c => c.Rule));
        Assert.Equal(["r", "r3"], run.Observe(2, ("x", "1"), ("y", "1"), ("open", "false")).Select(c => c.Rule));
    }

    [Fact]
    public void Another_field_may_resolve_an_alert()
    {
        var run = new EntityRun("when: x > 90, resolve: y < 0");
        Assert.Single(run.Observe(0, ("x", "91")));
        Assert.Empty(run.Observe(1, ("x", "1")));
        Assert.Empty(run.Observe(2, ("y", "1")));
        Assert.Equal(-1, Assert.Single(run.Observe(3, ("y", "-1"))).Value);
    }

    [Fact]
    public void An_alert_whose_rule_is_gone_resolves_with_the_next_event()
    {
        var run = new EntityRun("when: x > 90", "when: y > 0, for: 1h");
        Assert.Equal(2, run.Observe(0, ("x", "91"), ("y", "1")).Count);
        run.Replace();
        var changes = run.Observe(1, ("y", "1"));
        Assert.Equal([("r", AlertPhase.Resolved), ("r2", AlertPhase.Inactive)], changes.Select(c => (c.Rule, c.Phase)));
        Assert.False(run.State.HasAlerts);
    }

    [Fact]
    public void A_group_has_windows_and_alerts_of_its_own()
    {
        var run = new EntityRun("when: 'count(5m) >= 2', by: [site], message: '{{ site }}'");
        Assert.Empty(run.Observe(0, ("site", "north")));
        Assert.Empty(run.Observe(1, ("site", "south")));
        var north = Assert.Single(run.Observe(2, ("site", "north")));
        run.Reread();
        var south = Assert.Single(run.Observe(3, ("site", "south")));
        Assert.Equal(("north", "south"), (north.Labels["site"], south.Labels["site"]));
        Assert.Equal([1, 2], run.State.Alerts.Select(alert => alert.Number));
    }

    [Fact]
    public void The_groups_of_an_entity_are_bounded_and_those_without_alerts_go_first()
    {
        var run = new EntityRun("when: x > 90, by: [site]");
        Assert.Single(run.Observe(0, ("site", "first"), ("x", "91")));
        for (var i = 0; i < 1000; i++) run.Observe(i, ("site", $"s{i}"), ("x", "1"));
        Assert.Single(run.State.Alerts);
        Assert.Single(run.Observe(2000, ("site", "first"), ("x", "1")));
        for (var i = 0; i < 256; i++) Assert.Single(run.Observe(3000 + i, ("site", $"t{i}"), ("x", "91")));
        Assert.Empty(run.Observe(4000, ("site", "one more"), ("x", "91")));
        Assert.Equal(1, run.State.Ungrouped);
    }

    [Fact]
    public void An_acknowledgement_lasts_as_long_as_the_alert()
    {
        var run = new EntityRun("when: x > 90");
        run.Observe(0, ("x", "91"));
        run.State.FindAlert("r")!.Acknowledged = new Acknowledgement("ann", "seen", 5);
        run.Reread();
        Assert.Equal(new Acknowledgement("ann", "seen", 5), run.State.FindAlert("r")!.Acknowledged);
        run.Observe(1, ("x", "1"));
        run.Observe(2, ("x", "91"));
        Assert.Null(run.State.FindAlert("r")!.Acknowledged);
    }

    [Fact]
    public void A_rule_by_the_wall_clock_goes_by_the_records_time()
    {
        var run = new EntityRun("when: 'count(1m) >= 2', clock: wall");
        Assert.Empty(run.Observe(5_000_000, 0, ("x", "1")));
        Assert.Empty(run.Observe(5_000_001, 70_000, ("x", "1")));
        Assert.Single(run.Observe(9_000_000, 80_000, ("x", "1")));
    }

    [Fact]
    public void A_clock_that_is_far_ahead_does_not_stop_the_time_of_its_entity()
    {
        var run = new EntityRun("when: 'count(1m) >= 2'");
        Assert.Empty(run.Observe(long.MaxValue, 1_790_000_000_000, ("x", "1")));
        Assert.Empty(run.Observe(1_790_003_700_000, 1_790_003_700_000, ("x", "1")));
        Assert.Single(run.Observe(1_790_003_701_000, 1_790_003_701_000, ("x", "1")));
    }
}
