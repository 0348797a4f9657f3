using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Rules.Alerts;
using Rules.Engine;
using Rules.Language;

// Events a second on one core, in process, through the rules of an entity. See bench/rules/run --help.
const string Help = """
    rules/run: events a second on one core through one threshold, one sliding average, ten mixed rules, one pattern, anomaly.
      --seconds N    of each, after a warm-up of half of it; default 4
      --entities N   that the events go to in turn; default 1000
    Last line: events a second of each as JSON. Above it the bytes allocated an event, and the bytes of an entity's stored state.
    """;
if (args.Contains("--help"))
{
    Console.WriteLine(Help);
    return 0;
}

var (seconds, entities) = (Argument("--seconds", 4), Argument("--entities", 1000));
var report = new JsonObject();
foreach (var (name, rules) in RulesLoad.Cases.All)
{
    var run = new RulesLoad.Run(rules, entities);
    run.For(TimeSpan.FromSeconds(seconds / 2.0));
    var (rate, allocated) = run.For(TimeSpan.FromSeconds(seconds));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-16} {rate,12:N0} events/s  {allocated,6:F1} B allocated an event  {run.StateBytes,6} B of state"));
    report[name] = Math.Round(rate);
}

Console.WriteLine(report.ToJsonString());
return 0;

int Argument(string name, int otherwise)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
}

namespace RulesLoad
{
    internal static class Cases
    {
        private const string Head = """
            kind: sensor
            fields: { temperature: number, pressure: number, state: text, door: boolean }
            rules:

            """;

        public static IEnumerable<(string Name, string Rules)> All =>
        [
            ("threshold", Head + "  - { name: hot, when: temperature > 99.9 }\n"),
            ("sliding_average", Head + "  - { name: hot, when: 'avg(temperature, 5m) > 90' }\n"),
            ("ten_rules", Head + """
                  - { name: r0, when: temperature > 99.9 }
                  - { name: r1, when: 'avg(temperature, 5m) > 90' }
                  - { name: r2, when: 'max(pressure, 1m) > 99.99 and temperature > 50' }
                  - { name: r3, when: 'count(state == "denied", 5m) > 1000' }
                  - { name: r4, when: 'temperature > 99 and pressure > 99', for: 1m }
                  - { name: r5, when: 'stddev(pressure, 10m) > 40' }
                  - { name: r6, when: 'ewma(temperature, 1m) > 95' }
                  - { name: r7, when: 'delta(temperature, 1m) > 99.99' }
                  - { name: r8, when: 'state in ("broken", "lost") or (door and temperature < 0)' }
                  - { name: r9, when: 'min(temperature, last 20) > 60' }

                """),
            ("pattern", Head + "  - { name: break-in, when: 'sequence(state == \"denied\" times 5, state == \"open\") within 10s' }\n"),
            ("anomaly", Head + "  - { name: odd, when: anomaly(temperature) > 0.9999 }\n"),
        ];
    }

    /// <summary>Events of some entities in turn, a second of event time from one to the next of an entity.</summary>
    internal sealed class Run
    {
        private readonly EntityRules[] _states;
        private readonly Evaluation _at;
        private readonly Event[] _events;
        private readonly List<AlertChange> _changes = [];
        private long _round;

        public Run(string rules, int entities)
        {
            var program = new RuleProgram([RuleFiles.ParseFile("bench.yaml", rules)]);
            _at = program.NewEvaluation();
            _states = [.. Enumerable.Range(0, entities).Select(_ => new EntityRules(program))];
            var random = new Random(7);
            _events = [.. Enumerable.Range(0, 10_007).Select(_ => new Event(random))];
        }

        public int StateBytes
        {
            get
            {
                var buffer = new ArrayBufferWriter<byte>();
                _states[0].Write(buffer);
                return buffer.WrittenCount;
            }
        }

        public (double Rate, double Allocated) For(TimeSpan duration)
        {
            var events = 0L;
            var next = 0;
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < duration)
            {
                var time = 1_790_000_000_000 + (_round++ * 1000);
                foreach (var state in _states)
                {
                    var e = _events[next];
                    next = next + 1 == _events.Length ? 0 : next + 1;
                    e.Time = time;
                    state.Observe(e, new EventStamp(0, time), _at, _changes);
                    _changes.Clear();
                }

                events += _states.Length;
            }

            return (events / watch.Elapsed.TotalSeconds, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)events);
        }
    }

    internal sealed class Event(Random random) : IRuleEvent
    {
        private readonly double _temperature = random.NextDouble() * 100;
        private readonly double _pressure = random.NextDouble() * 100;
        private readonly byte[] _state = random.Next(10) == 0 ? "denied"u8.ToArray() : "open"u8.ToArray();
        private readonly bool _door = random.Next(2) == 0;

        public long Time { get; set; }

        public bool Has(int field) => true;

        public double Number(int field) => field switch { 0 => _temperature, 1 => _pressure, _ => _door ? 1 : 0 };

        public ReadOnlySpan<byte> Text(int field) => _state;
    }
}
