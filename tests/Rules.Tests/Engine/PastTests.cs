using System.Buffers;
using Rules.Alerts;
using Rules.Engine;
using Rules.Language;

namespace Rules.Tests.Engine;

/// <summary>Rules that come later and learn the past are those that were there from the start.</summary>
public sealed class PastTests
{
    private static readonly string[] Always = ["when: 'count(1h) % 7 == 0'", "when: x > 90, by: [site]"];

    [Theory]
    [InlineData("when: 'avg(x, 5m) > 55'", 605_000)]
    [InlineData("when: 'sum(x, tumbling 1m) > 300'", 125_000)]
    [InlineData("when: 'stddev(x, hopping 5m every 1m) > 29'", 605_000)]
    [InlineData("when: 'count(session gap 20s) > 4'", RuleProgram.UnboundedLookBack)]
    [InlineData("when: 'quantile(0.9, x, last 20) > 80'", RuleProgram.UnboundedLookBack)]
    [InlineData("when: 'sequence(x > 70, x < 20, x > 60) within 2m'", 120_000)]
    [InlineData("when: 'absent(x > 80, 1m)'", RuleProgram.UnboundedLookBack)]
    [InlineData("when: 'anomaly(x) > 0.9'", RuleProgram.UnboundedLookBack)]
    [InlineData("when: 'max(x, 3m) - min(x, 3m) > 90', by: [open]", 365_000)]
    [InlineData("when: 'delta(x, 2m) > 40', clock: wall", 245_000)]
    public void A_new_rule_that_has_learned_judges_as_one_that_was_always_there(string rule, long atMostLookBack)
    {
        var (former, next) = (Program(Always), Program([.. Always, rule]));
        Assert.InRange(next.LookBack(former), 1, atMostLookBack);
        Assert.Equal(0, next.LookBack(next));
        Assert.Equal(0, former.LookBack(next));
        var events = Events(2000);

        var whole = Run(new EntityRules(next), next, events[..1500]).State;
        var early = Run(new EntityRules(former), former, events[..1500]).State;
        var late = EntityRules.Read(next, Bytes(early));
        var past = new EntityRules(next);
        var at = next.NewEvaluation();
        foreach (var e in events[..1500]) past.Learn(e, new EventStamp(0, e.Time), at);
        late.Adopt(past, former);

        // An alert of the new rule begins with the events after; from the first time on that it was resolved all is the same.
        var expected = Run(whole, next, events[1500..]).Changes.Where(IsOfNew).ToList();
        var seen = Run(late, next, events[1500..]).Changes.Where(IsOfNew).ToList();
        var from = expected.FindIndex(change => change.Phase == AlertPhase.Resolved);
        Assert.InRange(from, 0, expected.Count - 4);
        Assert.Equal(
            expected[(from + 1)..].Select(change => (change.Phase, change.Time, change.Value)),
            seen[seen.FindIndex(change => change.Time > expected[from].Time)..].Select(change => (change.Phase, change.Time, change.Value)));
    }

    private static bool IsOfNew(AlertChange change) => change.Rule == "r3";

    private static RuleProgram Program(IEnumerable<string> rules) => new([File(rules)]);

    private static RuleFile File(IEnumerable<string> rules) => RuleFiles.ParseFile(
        "test.yaml",
        "kind: k\nfields: { x: number, open: boolean, site: text }\nrules:\n"
        + string.Concat(rules.Select((rule, i) => $"  - {{ name: r{i + 1}, {rule} }}\n")));

    private static MemoryEvent[] Events(int count)
    {
        var random = new Random(7);
        var fields = File(Always).Fields;
        var time = 0L;
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var e = new MemoryEvent(time += random.Next(1, random.Next(20) == 0 ? 90_000 : 12_000), fields.Length);
            Assert.Null(e.Set(fields[0], random.Next(100).ToString(System.Globalization.CultureInfo.InvariantCulture)));
            Assert.Null(e.Set(fields[1], random.Next(2) == 0 ? "true" : "false"));
            Assert.Null(e.Set(fields[2], random.Next(2) == 0 ? "a" : "b"));
            return e;
        })];
    }

    private static (EntityRules State, List<AlertChange> Changes) Run(EntityRules state, RuleProgram program, MemoryEvent[] events)
    {
        var at = program.NewEvaluation();
        var changes = new List<AlertChange>();
        foreach (var e in events) state.Observe(e, new EventStamp(0, e.Time), at, changes);
        return (state, changes);
    }

    private static byte[] Bytes(EntityRules state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        state.Write(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
