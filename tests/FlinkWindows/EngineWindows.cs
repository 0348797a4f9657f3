using System.Globalization;
using Rules.Alerts;
using Rules.Engine;
using Rules.Language;

namespace FlinkWindows;

/// <summary>A window of a key: tumbling ones by their begin, sessions by their first event; milliseconds since the Unix epoch.</summary>
internal readonly record struct Window(string Kind, string Key, long Start);

/// <summary>What a window came to.</summary>
internal readonly record struct Result(double Sum, double Count, double Average);

/// <summary>
/// All windows that the engine shows for a topic's events, given as a silo gives them: with the time of their partition, and time going on
/// between them.
/// </summary>
internal sealed class EngineWindows(Plan plan)
{
    private readonly RuleProgram _program = Program(plan);
    private readonly Dictionary<int, Partition> _partitions = [];
    private readonly Dictionary<Window, Result> _windows = [];
    private readonly List<AlertChange> _changes = [];

    /// <summary>Takes in the next event of a partition.</summary>
    public void Observe(int number, string key, long time, double value)
    {
        if (!_partitions.TryGetValue(number, out var partition)) _partitions.Add(number, partition = new());
        var partitionTime = Math.Max(partition.Time, time);
        CloseUntil(partition, partitionTime - plan.Disorder);
        if (!partition.Entities.TryGetValue(key, out var entity)) partition.Entities.Add(key, entity = new(_program));
        var e = new MemoryEvent(time, 2);
        e.Set(plan.At, time.ToString(CultureInfo.InvariantCulture));
        e.Set(plan.Value, value.ToString("R", CultureInfo.InvariantCulture));
        entity.Rules.Observe(e, new EventStamp(partition.Time, time), entity.At, _changes);
        partition.Time = partitionTime;
        TakeSession(entity, entity.Rules.Render(e, entity.At));
    }

    /// <summary>All windows, once the time of every partition has gone past the last event's windows.</summary>
    public IReadOnlyDictionary<Window, Result> End()
    {
        foreach (var partition in _partitions.Values) CloseUntil(partition, partition.Time + (2 * plan.Size));
        foreach (var partition in _partitions.Values)
            foreach (var (key, entity) in partition.Entities)
                foreach (var session in entity.Sessions)
                    _windows.Add(new("session", key, session.First), session.Result);
        return _windows;
    }

    /// <summary>Looks at the tumbling windows that have become complete.</summary>
    private void CloseUntil(Partition partition, long watermark)
    {
        var last = watermark - (watermark % plan.Size);
        if (partition.Closed == long.MinValue) partition.Closed = last;
        for (; partition.Closed < last; partition.Closed += plan.Size)
        {
            var end = partition.Closed + plan.Size;
            foreach (var (key, entity) in partition.Entities)
            {
                var shown = Numbers(entity.Rules.RenderAt(end + plan.Disorder, entity.At));
                if (shown[1] > 0) _windows.Add(new("tumbling", key, partition.Closed), new(shown[0], shown[1], shown[2]));
            }
        }
    }

    /// <summary>The newest session takes the place of those that it reaches.</summary>
    private static void TakeSession(Entity entity, string text)
    {
        var shown = Numbers(text);
        var session = new Session((long)shown[6], (long)shown[7], new(shown[3], shown[4], shown[5]));
        var overlapping = entity.Sessions.FindIndex(known => known.Last >= session.First);
        if (overlapping >= 0) entity.Sessions.RemoveRange(overlapping, entity.Sessions.Count - overlapping);
        entity.Sessions.Add(session);
    }

    private static double[] Numbers(string text) =>
        [.. text.Split(' ').Select(number => number.Length == 0 ? double.NaN : double.Parse(number, CultureInfo.InvariantCulture))];

    private static RuleProgram Program(Plan plan)
    {
        static string Shown(string window) =>
            $"{{{{ sum(value, {window}) }}}} {{{{ count({window}) }}}} {{{{ avg(value, {window}) }}}}";
        var session = $"session gap {plan.Gap}ms";
        var message = Shown($"tumbling {plan.Size}ms") + " " + Shown(session) + $" {{{{ min(at, {session}) }}}} {{{{ max(at, {session}) }}}}";
        return new([RuleFiles.ParseFile("windows.yaml", $"""
            kind: k
            fields: {plan.Declaration}
            lateness: {plan.Disorder}ms
            rules:
              - name: windows
                when: false
                message: "{message}"
            """)]);
    }

    private sealed class Partition
    {
        public long Time { get; set; }

        /// <summary>The end of the last tumbling window that has been looked at.</summary>
        public long Closed { get; set; } = long.MinValue;

        public Dictionary<string, Entity> Entities { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Entity(RuleProgram program)
    {
        public EntityRules Rules { get; } = new(program);

        public Evaluation At { get; } = program.NewEvaluation();

        /// <summary>Oldest first.</summary>
        public List<Session> Sessions { get; } = [];
    }

    private readonly record struct Session(long First, long Last, Result Result);
}
