using Grains.Fields;
using Grains.Kinds;
using Grains.Rules;
using Grains.Tests.Kinds;

namespace Grains.Tests.Rules;

public sealed class RuleFilesTests
{
    private static readonly Dictionary<string, FieldTable> Kinds = new()
    {
        ["sensor"] = new FieldTable(TestKinds.WithFields(
            ("temperature", FieldType.Number), ("humidity", FieldType.Number), ("open", FieldType.Boolean), ("site", FieldType.Text))),
    };

    [Fact]
    public void A_rule_has_all_that_its_file_says()
    {
        var rules = Parse("""
            kind: sensor
            rules:
              - name: overheating
                when: "temperature > 90"
                for: 30s
                keep_firing_for: 2m
                resolve: 'temperature < 8.5e1'
                labels: { severity: page, team: 7 }
                message: "{{ entity }} is at {{ temperature }}"
              - name: open
                when:   open   ==true
            """);
        var rule = rules[0];
        Assert.Equal(("overheating", "temperature > 90", "temperature < 85", 30_000, 120_000),
            (rule.Name, rule.When.ToString(), rule.Resolve!.ToString(), rule.For, rule.KeepFiringFor));
        Assert.Equal(["severity=page", "team=7"], rule.Labels.Select(l => $"{l.Key}={l.Value}"));
        Assert.Equal((1, ComparisonOperator.Equal), (rules[1].When.Number, rules[1].When.Operator));
        Assert.Null(rules[1].Resolve);
    }

    [Theory]
    [InlineData("temprature > 90", 1, "unknown field 'temprature'; did you mean 'temperature'?")]
    [InlineData("pressure > 90", 1, "unknown field 'pressure'")]
    [InlineData("site > 90", 1, "field 'site' is text: expected a field that is a number, true or false")]
    [InlineData("90 < temperature", 1, "expected a field (humidity, open, temperature), got '90'")]
    [InlineData("temperature", 12, "expected >, >=, <, <=, == or !=, got the end")]
    [InlineData("temperature = 90", 13, "expected >, >=, <, <=, == or !=, got '='; did you mean '=='?")]
    [InlineData("temperature => 90", 13, "expected >, >=, <, <=, == or !=, got '=>'; did you mean '>='?")]
    [InlineData("temperature above 90", 13, "expected >, >=, <, <=, == or !=, got 'above'")]
    [InlineData("temperature >", 14, "expected a number, got the end")]
    [InlineData("temperature > hot", 15, "expected a number, got 'hot'")]
    [InlineData("temperature > 9,0", 15, "expected a number, got '9,0'")]
    [InlineData("temperature > NaN", 15, "expected a number, got 'NaN'")]
    [InlineData("temperature > 1e999", 15, "expected a number, got '1e999'")]
    [InlineData("temperature > 90 and humidity > 3", 18, "expected the end, got 'and'")]
    [InlineData("temperature > 90 > 3", 18, "expected the end, got '>'")]
    [InlineData("open > 0", 6, "field 'open' is true or false: expected == or !=")]
    [InlineData("open == 1", 9, "expected true or false, got '1'")]
    public void An_error_in_a_condition_is_placed(string when, int column, string message)
    {
        Assert.Equal(new RuleError("r.yaml", 4, 10 + column, message), Error($"kind: sensor\nrules:\n  - name: a\n    when: {when}\n"));
        Assert.Equal(new RuleError("r.yaml", 4, 11 + column, message), Error($"kind: sensor\nrules:\n  - name: a\n    when: '{when}'\n"));
        Assert.Equal(new RuleError("r.yaml", 4, 11 + column, message), Error($"kind: sensor\nrules:\n  - name: a\n    when: \"{when}\"\n"));
    }

    [Theory]
    [InlineData("", 1, 1, "expected one document with kind and rules, got 0")]
    [InlineData("kind: sensor", 1, 1, "expected the property 'rules', which is missing")]
    [InlineData("rules: []", 1, 1, "expected the property 'kind', which is missing")]
    [InlineData("kind: sensr\nrules: []", 1, 7, "unknown kind 'sensr'; did you mean 'sensor'?")]
    [InlineData("kind: [sensor]\nrules: []", 1, 7, "expected the name of a kind, got a list")]
    [InlineData("kind: sensor\nrules:\n", 2, 7, "expected a list of rules, got nothing")]
    [InlineData("kind: sensor\nrules:\n  a: 1", 3, 3, "expected a list of rules, got a mapping")]
    [InlineData("kind: sensor\nrule: []\nrules: []", 2, 1, "unknown property 'rule'; did you mean 'rules'?")]
    [InlineData("kind: sensor\nrules: [hot]", 2, 9, "expected a rule, got 'hot'")]
    [InlineData("kind: sensor\nrules:\n  - when: open == true", 3, 5, "expected the property 'name', which is missing")]
    [InlineData("kind: sensor\nrules:\n  - name: a", 3, 5, "expected the property 'when', which is missing")]
    [InlineData("kind: sensor\nrules:\n  - { name: a, when: open == true, fro: 3s }", 3, 36, "unknown property 'fro'; did you mean 'for'?")]
    [InlineData("kind: sensor\nrules:\n  - { name: a, when: open == true, for: 30 }", 3, 41,
        "expected a duration such as 30s, 5m or 1h30m, got '30'")]
    [InlineData("kind: sensor\nrules:\n  - { name: a, when: open == true, for: 1h30 }", 3, 41,
        "expected a duration such as 30s, 5m or 1h30m, got '1h30'")]
    [InlineData("kind: sensor\nrules:\n  - { name: a, when: open == true, for: -3s }", 3, 41,
        "expected a duration such as 30s, 5m or 1h30m, got '-3s'")]
    [InlineData("kind: sensor\nrules:\n  - { name: a, when: open == true, for: 99999w }", 3, 41, "the duration '99999w' is longer than 100 years")]
    [InlineData("kind: sensor\nrules:\n  - { name: a, when: open == true, labels: [x] }", 3, 44, "expected labels, each a name and a text, got a list")]
    [InlineData("kind: sensor\nrules:\n  - { name: a, when: open == true, message: '{{ entity' }", 3, 46, "'{{' has no '}}'")]
    [InlineData("kind: sensor\nrules:\n  - { name: a, when: open == true, message: 'at {{ humidty }}' }", 3, 52,
        "expected entity, rule or a field, got 'humidty'; did you mean 'humidity'?")]
    [InlineData("kind: sensor\nrules:\n  - { name: a, when: temperature > 90, resolve: temperature < 95 }", 3, 49,
        "at 92.5 both 'temperature > 90' and 'temperature < 95' hold: the alert would fire and resolve in turn")]
    [InlineData("kind: sensor\nrules:\n  - { name: a, when: temperature >= 90, resolve: temperature <= 90 }", 3, 50,
        "at 90 both 'temperature >= 90' and 'temperature <= 90' hold: the alert would fire and resolve in turn")]
    public void An_error_in_a_file_is_placed(string text, int line, int column, string message) =>
        Assert.Equal(new RuleError("r.yaml", line, column, message), Error(text));

    [Fact]
    public void A_file_that_is_no_yaml_is_an_error_with_its_place()
    {
        var error = Error("kind: sensor\nrules: [\n");
        Assert.Equal("r.yaml", error.File);
        Assert.True(error.Line is 2 or 3, error.ToString());
        Assert.Equal(3, Error("kind: sensor\nrules: []\nkind: sensor\n").Line);
    }

    [Fact]
    public void All_errors_of_all_files_are_told_at_once()
    {
        var e = Assert.Throws<RuleException>(() => RuleFiles.Parse(
            [
                ("a.yaml", "kind: sensor\nrules:\n  - { name: a, when: open == 3, for: x }\n  - { name: b, when: site == 1 }\n"),
                ("b.yaml", "kind: door\nrules: []\n"),
            ], Kinds));
        Assert.Equal(["a.yaml:3:30", "a.yaml:3:38", "a.yaml:4:22", "b.yaml:1:7"], e.Errors.Select(x => $"{x.File}:{x.Line}:{x.Column}"));
        Assert.Contains("a.yaml:3:30: expected true or false, got '3'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("30s", 30_000)]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1w2d", 777_600_000)]
    public void Durations(string text, long expected) => Assert.Equal(expected, DurationParser.Parse(text, out _));

    [Fact]
    public void No_text_throws_anything_but_a_rule_exception()
    {
        var random = new Random(4);
        const string good = "kind: sensor\nrules:\n  - name: a\n    when: temperature > 90\n    for: 3s\n    labels: {a: b}\n    message: '{{ entity }}'\n";
        for (var i = 0; i < 1500; i++)
        {
            var text = good.ToCharArray();
            for (var n = random.Next(1, 4); n > 0; n--)
                text[random.Next(text.Length)] = " :-{}[]'\"&*!|>#%@`<=\n\t19ax"[random.Next(26)];
            try
            {
                RuleFiles.Parse([("r.yaml", new string(text))], Kinds);
            }
            catch (RuleException)
            {
            }
        }
    }

    private static System.Collections.Immutable.ImmutableArray<Rule> Parse(string text) =>
        RuleFiles.Parse([("r.yaml", text)], Kinds)["sensor"].Rules;

    private static RuleError Error(string text) => Assert.Single(Assert.Throws<RuleException>(() => Parse(text)).Errors);
}
