using System.Text;
using Grains.Fields;
using Grains.Kinds;
using Rules.Alerts;
using Rules.Engine;
using Rules.Language;

namespace Grains.Tests.Kinds;

/// <summary>Kinds made from options and the text of a rule file.</summary>
internal static class TestKinds
{
    /// <summary>The job that other systems do too: see the rule in <see cref="EntityAlerts"/>.</summary>
    public static KindOptions EntityAlertsOptions => new()
    {
        Topic = "events",
        TimePath = "ts",
        TimeUnit = TimeUnit.Milliseconds,
        Fields = { ["value"] = new FieldOptions { Required = true } },
        AlertFormat = AlertFormat.Compact,
        AlertFields = { ["seq"] = "seq", ["source_ts"] = "ts" },
    };

    public static EntityKind EntityAlerts => Make("entity", EntityAlertsOptions, """
        kind: entity
        rules:
          - name: high
            when: value > 90
        """);

    public static EntityKind Make(string name, KindOptions options, string? rules = null)
    {
        Assert.Empty(KindOptionsValidator.Validate(name, options));
        var fields = new FieldTable(options);
        var program = rules is null
            ? RuleProgram.Empty
            : new RuleProgram(RuleFiles.Parse(
                [("test.yaml", rules)], new Dictionary<string, IReadOnlyList<RuleField>> { [name] = fields.RuleFields }));
        return new EntityKind(name, options, fields, program);
    }

    public static KindOptions WithFields(params (string Name, FieldType Type)[] fields)
    {
        var options = new KindOptions { Topic = "readings", TimePath = "t", TimeUnit = TimeUnit.Milliseconds };
        foreach (var (name, type) in fields)
            options.Fields.Add(name, new FieldOptions { Type = type });
        return options;
    }

    /// <summary>Applies an event, and says what alerts have changed.</summary>
    public static IReadOnlyList<AlertChange> Judge(this EntityKind kind, EntityState state, string entity, DecodedEvent e)
    {
        var at = kind.Rules.NewEvaluation();
        at.Entity = entity;
        var changes = new List<AlertChange>();
        state.Apply(e);
        state.Rules.Observe(e, new EventStamp(0, e.Time), at, changes);
        return changes;
    }

    public static DecodedEvent Decode(this EntityKind kind, string json, long timestamp = 0)
    {
        var e = kind.Decoder.NewEvent();
        Assert.True(kind.Decoder.TryDecode(Encoding.UTF8.GetBytes(json), timestamp, e, out var reason), reason);
        return e;
    }
}
