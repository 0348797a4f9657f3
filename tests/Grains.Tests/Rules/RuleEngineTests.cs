using System.Globalization;
using Grains.Fields;
using Grains.Interfaces;
using Grains.Kinds;
using Grains.Rules;
using Grains.Tests.Kinds;

namespace Grains.Tests.Rules;

public sealed class RuleEngineTests
{
    private static readonly KindOptions Options = TestKinds.WithFields(
        ("x", FieldType.Number), ("y", FieldType.Number), ("open", FieldType.Boolean), ("site", FieldType.Text));

    /// <summary>
    /// Events are second:value ("-" is an event without the field); what is expected is the alert after each: '.' none, 'p'
    /// pending, 'F' firing; in upper case or after a '!' where a record went out.
    /// </summary>
    [Theory]
    [InlineData("when: x > 90", "0:90 1:91 2:95 3:90 4:90 5:91", ". F! F .! . F!")]
    [InlineData("when: x > 90", "0:91 1:- 2:- 3:1", "F! F F .!")]
    [InlineData("when: x > 90, resolve: x < 85", "0:91 1:88 2:85 3:84 4:88 5:91", "F! F F .! . F!")]
    [InlineData("when: x > 90, for: 30s", "0:91 29:91 30:91 31:1", "p p F! .!")]
    [InlineData("when: x > 90, for: 30s", "0:91 29:90 30:91 59:91 60:91", "p . p p F!")]
    [InlineData("when: x > 90, for: 30s", "0:91 30:- 40:91", "p p F!")]
    [InlineData("when: x > 90, for: 30s", "100:91 50:91 129:91 130:91", "p p p F!")]
    [InlineData("when: x > 90, keep_firing_for: 2m", "0:91 10:1 129:1 130:1 131:91", "F! F F .! F!")]
    [InlineData("when: x > 90, keep_firing_for: 2m", "0:91 10:1 100:91 110:1 229:1 230:1", "F! F F F F .!")]
    [InlineData("when: x > 90, keep_firing_for: 2m", "0:91 10:1 500:- 501:1", "F! F F .!")]
    [InlineData("when: x > 90, for: 10s, resolve: x < 85, keep_firing_for: 20s",
        "0:91 5:88 6:95 15:95 16:95 20:88 30:80 40:88 50:80 69:80 70:80", "p . p p F! F F F F F .!")]
    [InlineData("when: x > 90, for: 10s", "0:91 3600:50 3601:91", "p . p")]
    [InlineData("when: x != 5", "0:5 1:4 2:5", ". F! .!")]
    [InlineData("when: x == 5", "0:5 1:4", "F! .!")]
    [InlineData("when: x >= 5", "0:5 1:4", "F! .!")]
    [InlineData("when: x <= 5", "0:5 1:6", "F! .!")]
    [InlineData("when: x < 5", "0:5 1:4 2:5", ". F! .!")]
    public void Life_of_an_alert(string rule, string events, string expected)
    {
        var kind = Kind(rule);
        var run = new Run(kind);
        var seen = new List<string>();
        foreach (var one in events.Split(' '))
        {
            var parts = one.Split(':');
            var changes = run.Event(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1] == "-" ? "" : $"\"x\":{parts[1]}");
            var alert = run.State.Alerts.SingleOrDefault();
            seen.Add((alert is null ? "." : alert.IsFiring ? "F" : "p") + (changes.Count == 0 ? "" : "!"));
            Assert.All(changes, c => Assert.Equal(alert is null ? AlertState.Resolved : AlertState.Firing, c.State));
            run.Reread();
        }

        Assert.Equal(expected, string.Join(' ', seen));
    }

    [Fact]
    public void A_change_says_what_happened()
    {
        var run = new Run(Kind("when: x > 90, labels: { b: '2', a: '1' }, message: '{{ entity }}: {{rule}} {{ x }} {{ site }}.'"));
        var fired = Assert.Single(run.Event(7, "\"x\":91.5,\"site\":\"north\""));
        Assert.Equal(("r", 1, AlertState.Firing, 7000, 91.5, "e1: r 91.5 north."),
            (fired.Rule, fired.Number, fired.State, fired.Time, fired.Value, fired.Message));
        Assert.Equal(["a", "b"], fired.Labels.Keys);
        var resolved = Assert.Single(run.Event(8, "\"x\":2"));
        Assert.Equal(("r", 1, AlertState.Resolved, 8000, 2, "e1: r 2 ."),
            (resolved.Rule, resolved.Number, resolved.State, resolved.Time, resolved.Value, resolved.Message));
        Assert.Equal(2, Assert.Single(run.Event(9, "\"x\":99")).Number);
    }

    [Fact]
    public void Rules_are_judged_in_their_order_and_apart()
    {
        var run = new Run(Kind("when: x > 90", "when: y < 0", "when: open == true"));
        Assert.Equal(["r", "r2", "r3"], run.Event(0, "\"x\":91,\"y\":-1,\"open\":true").Select(c => c.Rule));
        Assert.Equal(["r2"], run.Event(1, "\"y\":1").Select(c => c.Rule));
        Assert.Equal(["r", "r3"], run.Event(2, "\"x\":1,\"y\":1,\"open\":false").Select(c => c.Rule));
    }

    [Fact]
    public void Another_field_may_resolve_an_alert()
    {
        var run = new Run(Kind("when: x > 90, resolve: y < 0"));
        Assert.Single(run.Event(0, "\"x\":91"));
        Assert.Empty(run.Event(1, "\"x\":1"));
        Assert.Empty(run.Event(2, "\"y\":1"));
        Assert.Equal(-1, Assert.Single(run.Event(3, "\"y\":-1")).Value);
    }

    [Fact]
    public void An_alert_whose_rule_is_gone_resolves_with_the_next_event()
    {
        var run = new Run(Kind("when: x > 90", "when: y > 0, for: 1h"));
        Assert.Single(run.Event(0, "\"x\":91,\"y\":1"));
        run.Kind = Kind();
        var resolved = Assert.Single(run.Event(1, "\"y\":1"));
        Assert.Equal(("r", AlertState.Resolved, 91, "the rule is gone"),
            (resolved.Rule, resolved.State, resolved.Value, resolved.Message));
        Assert.Empty(run.State.Alerts);
    }

    [Fact]
    public void An_acknowledgement_lasts_as_long_as_the_alert()
    {
        var run = new Run(Kind("when: x > 90"));
        Assert.Null(run.State.Acknowledge("r", "ann", "seen", 5));
        run.Event(0, "\"x\":91");
        Assert.NotNull(run.State.Acknowledge("r", "ann", "seen", 5));
        run.Reread();
        Assert.Equal(new Acknowledgement("ann", "seen", 5), run.State.FindAlert("r")!.Acknowledged);
        run.Event(1, "\"x\":1");
        run.Event(2, "\"x\":91");
        Assert.Null(run.State.FindAlert("r")!.Acknowledged);
    }

    [Theory]
    [InlineData("""{"t":1,"x":50}""")]
    [InlineData("""{"t":1,"x":95}""")]
    [InlineData("""{"t":1}""")]
    public void Nothing_is_allocated_while_nothing_changes(string json)
    {
        var run = new Run(Kind("when: x > 90", "when: x > 94, for: 1h"));
        run.Event(0, json[5..^1].Replace("\"t\":1", "", StringComparison.Ordinal).TrimStart('1', ','));
        var e = run.Kind.Decode(json);
        var changes = new List<AlertChange>();
        Step();
        changes.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(changes);

        void Step()
        {
            run.State.Apply(e);
            RuleEngine.Evaluate(run.Kind.Rules, "e1", e, run.State, changes);
        }
    }

    private static EntityKind Kind(params string[] rules) => TestKinds.Make("k", Options, "kind: k\nrules:\n" + (rules.Length == 0
        ? "  []\n"
        : string.Concat(rules.Select((r, i) => $"  - {{ name: r{(i == 0 ? "" : i + 1)}, {r} }}\n"))));

    private sealed class Run(EntityKind kind)
    {
        private readonly List<AlertChange> _changes = [];

        public EntityKind Kind { get; set; } = kind;

        public EntityState State { get; private set; } = kind.NewState();

        public List<AlertChange> Event(long second, string properties)
        {
            var e = Kind.Decode($"{{\"t\":{second * 1000}{(properties.Length == 0 ? "" : ",")}{properties}}}");
            State.Apply(e);
            _changes.Clear();
            RuleEngine.Evaluate(Kind.Rules, "e1", e, State, _changes);
            return [.. _changes];
        }

        public void Reread()
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            State.Write(buffer);
            State = EntityState.Read(Kind.Fields, buffer.WrittenSpan);
        }
    }
}
