using System.Text;
using Grains.Kinds;
using Microsoft.Extensions.Configuration;
using Rules.Coded;

namespace Grains.Tests.Kinds;

public sealed class KindCatalogTests
{
    [Fact]
    public void A_kind_is_bound_with_its_defaults()
    {
        var catalog = Load("""
            { "Kinds": { "sensor": { "Topic": "readings", "Fields": { "temperature": {}, "site": { "Type": "text", "Path": "at.site" } } } } }
            """);
        Assert.True(catalog.TryGet("sensor", out var kind));
        Assert.Equal(["site", "temperature"], kind.Fields.Fields.Select(f => f.Name));
        Assert.Equal("temperature", kind.Fields.Find("temperature")!.Path);
        Assert.Equal("at.site", kind.Fields.Find("site")!.Path);
        Assert.Equal(16, kind.Options.RecentValues);
        Assert.Equal(0.05, kind.Options.Alpha);
        Assert.Equal(HistoryMode.Alerts, kind.Options.History);
        Assert.Equal("alerts", kind.Options.AlertsTopic);
        Assert.False(catalog.TryGet("Sensor", out _));
    }

    [Fact]
    public void No_kinds_is_no_error() => Assert.Empty(Load("{}").Kinds);

    [Theory]
    [InlineData("""{ "Fields": {} }""", "Kinds:sensor:Topic is missing.")]
    [InlineData("""{ "Topic": "a b" }""", "Kinds:sensor:Topic is 'a b'")]
    [InlineData("""{ "Topic": "alerts" }""", "Kinds:sensor:AlertsTopic is 'alerts', the topic of the kind's own events.")]
    [InlineData("""{ "Topic": "t", "TimePath": "a..b" }""", "Kinds:sensor:TimePath is 'a..b'")]
    [InlineData("""{ "Topic": "t", "Key": "" }""", "Kinds:sensor:Key is ''")]
    [InlineData("""{ "Topic": "t", "History": "everything" }""", "'Kinds:sensor:History'")]
    [InlineData("""{ "Topic": "t", "History": "7" }""", "Kinds:sensor:History is '7': expected None, Alerts, Events.")]
    [InlineData("""{ "Topic": "t", "RecentValues": -1 }""", "Kinds:sensor:RecentValues is -1")]
    [InlineData("""{ "Topic": "t", "Alpha": 0 }""", "Kinds:sensor:Alpha is 0")]
    [InlineData("""{ "Topic": "t", "Alhpa": 1 }""", "'Alhpa'")]
    [InlineData("""{ "Topic": "t", "Fields": { "a-b": { } } }""", "Kinds:sensor:Fields:a-b: a field's name")]
    [InlineData("""{ "Topic": "t", "Fields": { "a": { "Type": "double" } } }""", "'Kinds:sensor:Fields:a:Type'")]
    [InlineData("""{ "Topic": "t", "Fields": { "a": { "Path": "." } } }""", "Kinds:sensor:Fields:a:Path is '.'")]
    [InlineData("""{ "Topic": "t", "AlertFields": { "state": "s" } }""", "Kinds:sensor:AlertFields:state: an alert has")]
    public void An_error_names_its_configuration_key(string kind, string expected)
    {
        var e = Assert.Throws<OrleansConfigurationException>(() => Load($$"""{ "Kinds": { "sensor": {{kind}} } }"""));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_of_all_kinds_are_told_at_once()
    {
        var e = Assert.Throws<OrleansConfigurationException>(() =>
            Load("""{ "Kinds": { "a": { "Alpha": 2 }, "b/c": { "Topic": "t" } } }"""));
        Assert.Contains("Kinds:a:Topic is missing.", e.Message, StringComparison.Ordinal);
        Assert.Contains("Kinds:a:Alpha is 2", e.Message, StringComparison.Ordinal);
        Assert.Contains("Kinds:b/c: the name of a kind", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_are_read_from_their_directory()
    {
        var directory = Directory.CreateTempSubdirectory("rules");
        try
        {
            File.WriteAllText(Path.Combine(directory.FullName, "a.yaml"), "kind: s\nrules:\n  - name: hot\n    when: x > 1\n");
            File.WriteAllText(Path.Combine(directory.FullName, "b.yml"), "kind: s\nrules:\n  - name: cold\n    when: x < 0\n");
            File.WriteAllText(Path.Combine(directory.FullName, "notes.txt"), "no rules");
            var catalog = Load("""{ "Kinds": { "s": { "Topic": "t", "Fields": { "x": {} } } } }""", directory.FullName);
            Assert.Equal(["hot", "cold"], catalog.Kinds.Single().Rules.Rules.Select(r => r.Name));

            File.WriteAllText(Path.Combine(directory.FullName, "c.yaml"), "kind: s\nrules:\n  - name: cold\n    when: x < 0\n");
            var e = Assert.Throws<OrleansConfigurationException>(() =>
                Load("""{ "Kinds": { "s": { "Topic": "t", "Fields": { "x": {} } } } }""", directory.FullName));
            Assert.Contains("c.yaml:3:11: kind 's' has a rule 'cold' already, at ", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void Rules_in_code_need_no_directory_and_their_errors_are_told_with_the_others()
    {
        const string kinds = "{ \"Kinds\": { \"s\": { \"Topic\": \"t\", \"Fields\": { \"x\": {} } } } }";
        Assert.Equal(["changed"], Load(kinds, null, new KindRule("s", new Changed("x"))).Kinds.Single().Rules.Rules.Select(r => r.Name));
        var e = Assert.Throws<OrleansConfigurationException>(() => Load(kinds, null, new("s", new Changed("y")), new("z", new Changed("x"))));
        Assert.Contains("Changed:1:1: rule 'changed': 'y', character 1: unknown field 'y'", e.Message, StringComparison.Ordinal);
        Assert.Contains("Changed:1:1: unknown kind 'z'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_demonstration_rules_are_right()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Orleans.sln")))
            root = Path.GetDirectoryName(root)!;
        var catalog = Load("""
            { "Kinds": { "sensor": { "Topic": "readings", "Fields":
              { "temperature": {}, "humidity": {}, "battery": {}, "door_open": { "Type": "boolean" }, "site": { "Type": "text" } } } } }
            """, Path.Combine(root, "rules"));
        Assert.NotEmpty(catalog.Kinds.Single().Rules.Rules);
    }

    private static KindCatalog Load(string json, string? rules = null, params KindRule[] code)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return KindCatalog.Load(new ConfigurationBuilder().AddJsonStream(stream).Build(), rules, code);
    }

    private sealed class Changed : CodedRule<double>
    {
        private readonly NumberInput _field;

        public Changed(string field)
            : base("changed") => _field = Number(field);

        protected override Verdict Evaluate(CodedInputs inputs, ref double state)
        {
            var last = state;
            state = inputs[_field];
            return new(state != last);
        }
    }
}
