using System.Buffers;
using Rules.Alerts;
using Rules.Engine;
using Rules.Language;

namespace Rules.Tests.Engine;

/// <summary>One entity under some rules, whose fields are x, y (numbers), open (boolean), site (text).</summary>
internal sealed class EntityRun
{
    private readonly RuleFile _file;
    private readonly Evaluation _at;
    private RuleProgram _program;

    /// <param name="rules">Properties of each rule in YAML's flow style; they are named r, r2, r3, ..</param>
    public EntityRun(params string[] rules)
    {
        _file = File(rules);
        _program = new RuleProgram([_file]);
        _at = _program.NewEvaluation();
        _at.Entity = "e1";
        State = new EntityRules(_program);
    }

    public EntityRules State { get; private set; }

    public IReadOnlyList<AlertChange> Observe(long time, params (string Field, string Value)[] values) => Observe(time, time, values);

    public IReadOnlyList<AlertChange> Observe(long time, long receivedAt, params (string Field, string Value)[] values)
    {
        var e = new MemoryEvent(time, _file.Fields.Length);
        foreach (var (name, value) in values) Assert.Null(e.Set(_file.Fields.Single(field => field.Name == name), value));
        var changes = new List<AlertChange>();
        State.Observe(e, new EventStamp(0, receivedAt), _at, changes);
        return changes;
    }

    public IReadOnlyList<AlertChange> Advance(long time)
    {
        var changes = new List<AlertChange>();
        State.Advance(time, time, _at, changes);
        return changes;
    }

    /// <summary>Writes the state and reads it again.</summary>
    public void Reread()
    {
        var bytes = Bytes(State);
        State = EntityRules.Read(_program, bytes);
        Assert.Equal(bytes, Bytes(State));
    }

    /// <summary>Reads the state under other rules.</summary>
    public void Replace(params string[] rules)
    {
        _program = new RuleProgram([File(rules)]);
        State = EntityRules.Read(_program, Bytes(State));
    }

    public IReadOnlyList<AlertChange> CatchUp()
    {
        var changes = new List<AlertChange>();
        State.CatchUp(_at, changes);
        return changes;
    }

    private static RuleFile File(string[] rules) => RuleFiles.ParseFile("test.yaml",
        "kind: k\nfields: { x: number, y: number, open: boolean, site: text }\nrules:\n"
        + (rules.Length == 0 ? "  []" : string.Concat(rules.Select((rule, i) => $"  - {{ name: r{(i == 0 ? "" : i + 1)}, {rule} }}\n"))));

    private static byte[] Bytes(EntityRules state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        state.Write(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
