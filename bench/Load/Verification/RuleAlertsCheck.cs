using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Grains.Fields;
using Grains.Kinds;
using Load.Topics;
using Rules.Alerts;
using Rules.Engine;
using Rules.Language;

namespace Load.Verification;

/// <summary>
/// Holds the alerts of rules with windows, patterns and timers against an undisturbed run: one loop over the topic, in this
/// process. Rules on the wall clock are judged by their end: all entities are silent then.
/// </summary>
internal sealed class RuleAlertsCheck
{
    private const long MaxAheadMs = 3_600_000;

    private static readonly KindOptions Options = new()
    {
        TimePath = "ts",
        TimeUnit = TimeUnit.Milliseconds,
        Fields = { ["value"] = new FieldOptions { Required = true } },
    };

    private readonly FieldTable _fields = new(Options);
    private readonly RuleProgram _program;
    private readonly Dictionary<string, (EntityRules Rules, int Partition)> _entities = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _times = [];
    private readonly Dictionary<(string Entity, string Rule), List<Seen>> _expected = [];
    private readonly HashSet<string> _wallRules;

    public RuleAlertsCheck(string rulesDirectory)
    {
        var kinds = new Dictionary<string, IReadOnlyList<RuleField>> { ["entity"] = _fields.RuleFields };
        _program = new RuleProgram([.. RuleFiles.Load(rulesDirectory, kinds)]);
        _wallRules = [.. _program.Rules.Where(rule => rule.IsWallClock).Select(rule => rule.Name)];
    }

    /// <summary>How many alert records there are, once they are as expected or the time is over.</summary>
    public async Task<long> RunAsync(VerifyPlan plan, Differences differences, CancellationToken cancellationToken)
    {
        Expect(plan, cancellationToken);
        for (var looks = 0; ; looks++)
        {
            var (records, seen) = Read(plan, cancellationToken);
            if (IsAll(seen) || looks == 30)
            {
                Compare(seen, differences);
                return records;
            }

            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        }
    }

    private void Expect(VerifyPlan plan, CancellationToken cancellationToken)
    {
        var decoder = new EventDecoder(_fields, Options);
        var (finder, e, at) = (new EventTimeFinder(Options), decoder.NewEvent(), _program.NewEvaluation());
        var changes = new List<AlertChange>();
        TopicReader.Read(plan.Bootstrap, plan.Topic, record => Observe(record), cancellationToken);
        foreach (var (key, (rules, partition)) in _entities)
        {
            changes.Clear();
            at.Entity = key;
            rules.Advance(_times[partition], now: 0, at, changes);
            Add(key, changes);
        }

        void Observe(ConsumeResult<byte[], byte[]> record)
        {
            var (key, timestamp) = (Encoding.UTF8.GetString(record.Message.Key), record.Message.Timestamp.UnixTimestampMs);
            var before = _times.GetValueOrDefault(record.Partition.Value);
            var time = finder.Find(record.Message.Value, timestamp);
            _times[record.Partition.Value] = time <= timestamp + MaxAheadMs ? Math.Max(before, time) : before;
            if (!decoder.TryDecode(record.Message.Value, timestamp, e, out var reason)) throw new BenchException(reason);
            if (!_entities.TryGetValue(key, out var entity))
                _entities.Add(key, entity = (new EntityRules(_program), record.Partition.Value));
            changes.Clear();
            at.Entity = key;
            entity.Rules.Observe(e, new EventStamp(before, timestamp), at, changes);
            Add(key, changes);
        }
    }

    private void Add(string entity, List<AlertChange> changes)
    {
        foreach (var change in changes.Where(c => c.Phase is AlertPhase.Firing or AlertPhase.Resolved && !_wallRules.Contains(c.Rule)))
        {
            if (!_expected.TryGetValue((entity, change.Rule), out var list)) _expected.Add((entity, change.Rule), list = []);
            list.Add(new(change.Number, change.Phase == AlertPhase.Firing ? "firing" : "resolved", change.Time, change.Value));
        }
    }

    /// <summary>By entity and rule, of each change the last record, in the order in which they happened.</summary>
    private static (long Records, Dictionary<(string Entity, string Rule), List<Seen>> Seen) Read(VerifyPlan plan, CancellationToken cancellationToken)
    {
        var last = new Dictionary<string, (string Entity, string Rule, Seen Seen)>(StringComparer.Ordinal);
        var records = TopicReader.Read(plan.Bootstrap, plan.AlertsTopic, record =>
        {
            using var json = JsonDocument.Parse(record.Message.Value);
            var alert = json.RootElement;
            var name = alert.GetProperty("alert").GetString()!;
            var value = alert.TryGetProperty("value", out var number) ? number.GetDouble() : double.NaN;
            last[alert.GetProperty("id").GetString()!] = (
                alert.GetProperty("entity").GetString()!, alert.GetProperty("rule").GetString()!,
                new(long.Parse(name[(name.LastIndexOf('#') + 1)..], System.Globalization.CultureInfo.InvariantCulture),
                    alert.GetProperty("state").GetString()!, alert.GetProperty("time").GetInt64(), value));
        }, cancellationToken);
        return (records, last.Values.GroupBy(a => (a.Entity, a.Rule)).ToDictionary(
            group => group.Key, group => group.Select(a => a.Seen).OrderBy(s => s.Number).ThenBy(s => s.State, StringComparer.Ordinal).ToList()));
    }

    private bool IsAll(Dictionary<(string Entity, string Rule), List<Seen>> seen) =>
        _expected.All(e => seen.TryGetValue(e.Key, out var list) && list.Count >= e.Value.Count) && EndMissing(seen).Count == 0;

    /// <summary>Entities whose alerts of the wall clock do not fire at the end.</summary>
    private List<(string Entity, string Rule)> EndMissing(Dictionary<(string Entity, string Rule), List<Seen>> seen) =>
        [.. _entities.Keys.SelectMany(entity => _wallRules.Select(rule => (entity, rule)))
            .Where(key => !seen.TryGetValue(key, out var list) || list[^1].State != "firing")];

    private void Compare(Dictionary<(string Entity, string Rule), List<Seen>> seen, Differences differences)
    {
        foreach (var (entity, rule) in EndMissing(seen)) differences.RuleAlertWrong($"{entity} {rule}: does not fire at the end");
        foreach (var (key, expected) in _expected)
        {
            var found = seen.GetValueOrDefault(key) ?? [];
            if (!expected.Select(Content).SequenceEqual(found.Select(Content)))
                differences.RuleAlertWrong($"{key}: expected {string.Join(' ', expected)}, found {string.Join(' ', found)}");
        }

        foreach (var key in seen.Keys.Where(key => !_expected.ContainsKey(key) && !_wallRules.Contains(key.Rule)))
            differences.RuleAlertWrong($"{key}: not expected at all");
    }

    // Not the number: the alerts of the wall clock are counted with the others.
    private static (string State, long Time, double Value) Content(Seen seen) => (seen.State, seen.Time, seen.Value);

    private sealed record Seen(long Number, string State, long Time, double Value);
}
