using Rules.Language;

namespace Rules.Tests.Language;

public sealed class RuleFileErrorTests
{
    private static readonly Dictionary<string, IReadOnlyList<RuleField>> Kinds = new()
    {
        ["sensor"] =
        [
            new("temperature", RuleType.Number, 0), new("humidity", RuleType.Number, 1),
            new("open", RuleType.Boolean, 2), new("site", RuleType.Text, 3),
        ],
    };

    [Theory]
    [InlineData("temprature > 90", 1, "unknown field 'temprature'; did you mean 'temperature'?")]
    [InlineData("open == 1", 9, "expected true or false, got '1'")]
    [InlineData("temperature >", 14, "expected a value, got the end")]
    [InlineData("temperature", 1, "expected a condition such as 'temperature > 90', got a number")]
    public void An_error_in_a_condition_is_placed(string when, int column, string message)
    {
        Assert.Equal(new RuleError("r.yaml", 4, 10 + column, message), Error($"kind: sensor\nrules:\n  - name: a\n    when: {when}\n"));
        Assert.Equal(new RuleError("r.yaml", 4, 11 + column, message), Error($"kind: sensor\nrules:\n  - name: a\n    when: '{when}'\n"));
        Assert.Equal(new RuleError("r.yaml", 4, 11 + column, message), Error($"kind: sensor\nrules:\n  - name: a\n    when: \"{when}\"\n"));
    }

    /// <summary>The scalar begins in column 11 of line 4; the error is at <c>oben</c>.</summary>
    [Theory]
    [InlineData("|\n      temperature > 1\n      or oben", 6, 10)]
    [InlineData("|2\n        temperature > 1\n\n         or oben", 7, 13)]
    [InlineData(">-\n      temperature > 1\n      or\n\n      oben\n\n", 8, 7)]
    [InlineData("temperature > 1\n       or oben", 5, 11)]
    [InlineData("temperature > 1\n\n       or\n     oben  # why", 7, 6)]
    [InlineData("'site == ''x''\n      or oben'", 5, 10)]
    [InlineData("'site == ''x'' or oben'", 4, 29)]
    [InlineData("\"site == \\\"x\\\" or oben\"", 4, 29)]
    [InlineData("\"site == '\\x41\\u0041\\U0001F600' or\\n oben\"", 4, 48)]
    [InlineData("\"site == '\\\n        x' or \\\n      oben\"", 6, 7)]
    [InlineData("!!str 'open or oben'", 4, 26)]
    [InlineData("&a \"open or oben\"", 4, 23)]
    public void An_error_in_a_scalar_of_any_style_is_placed(string scalar, int line, int column)
    {
        var expected = new RuleError("r.yaml", line, column, "unknown field 'oben'; did you mean 'open'?");
        Assert.Equal(expected, Error($"kind: sensor\nrules:\n  - name: a\n    when: {scalar}\n"));
        Assert.Equal(expected, Error($"kind: sensor\nrules:\n  - name: a\n    when: {scalar}\n".ReplaceLineEndings("\r\n")));
    }

    [Theory]
    [InlineData("", 1, 1, "expected one document, got 0")]
    [InlineData("kind: sensor", 1, 1, "expected the property 'rules', which is missing")]
    [InlineData("rules: []", 1, 1, "expected the property 'kind', which is missing")]
    [InlineData("kind: sensr\nrules: []", 1, 7, "unknown kind 'sensr'; did you mean 'sensor'?")]
    [InlineData("kind: [sensor]\nrules: []", 1, 7, "expected the name of a kind, got a list")]
    [InlineData("kind: sensor\nrules:\n", 2, 7, "expected a list of rules, got nothing")]
    [InlineData("kind: sensor\nrules:\n  a: 1", 3, 3, "expected a list of rules, got a mapping")]
    [InlineData("kind: sensor\nrule: []\nrules: []", 2, 1, "unknown property 'rule'; did you mean 'rules'?")]
    [InlineData("kind: sensor\nrules: [hot]", 2, 9, "expected a rule, got 'hot'")]
    [InlineData("kind: sensor\nlateness: soon\nrules: []", 2, 11, "expected a duration such as 30s, 5m or 1h30m, got 'soon'")]
    [InlineData("kind: sensor\nfields: [a]\nrules: []", 2, 9, "expected fields, each a name and a type, got a list")]
    [InlineData("kind: sensor\nfields: { open: bolean }\nrules: []", 2, 17,
        "expected number, text, boolean or time, got 'bolean'; did you mean 'boolean'?")]
    [InlineData("kind: sensor\nfields: { open: text }\nrules: []", 2, 17, "field 'open' is true or false in the kind, not a text")]
    [InlineData("kind: sensor\nfields: { siet: text }\nrules: []", 2, 17, "the kind has no field 'siet'; did you mean 'site'?")]
    [InlineData("kind: &a sensor\nrules: *a", 2, 8, "aliases are not known here: write it out")]
    [InlineData("kind: sensor\nrules: [[[[[[[[[[[[[[[[[[[[[", 2, 27, "nests deeper than 20 levels")]
    public void An_error_in_a_file_is_placed(string text, int line, int column, string message) =>
        Assert.Equal(new RuleError("r.yaml", line, column, message), Error(text));

    [Theory]
    [InlineData("when: open == true", 5, "expected the property 'name', which is missing")]
    [InlineData("name: a", 5, "expected the property 'when', which is missing")]
    [InlineData("name: a, when: open == true, fro: 3s", 36, "unknown property 'fro'; did you mean 'for'?")]
    [InlineData("name: a, when: open == true, for: 30", 41, "expected a duration such as 30s, 5m or 1h30m, got '30'")]
    [InlineData("name: a, when: open == true, for: 1h30", 41, "expected a duration such as 30s, 5m or 1h30m, got '1h30'")]
    [InlineData("name: a, when: open == true, for: -3s", 41, "expected a duration such as 30s, 5m or 1h30m, got '-3s'")]
    [InlineData("name: a, when: open == true, for: 99999w", 41, "the duration '99999w' is longer than 100 years")]
    [InlineData("name: a, when: open == true, labels: [x]", 44, "expected labels, each a name and a text, got a list")]
    [InlineData("name: a, when: open == true, message: '{{ entity'", 46, "'{{' has no '}}'")]
    [InlineData("name: a, when: open == true, message: 'at {{ humidty }}'", 52, "unknown field 'humidty'; did you mean 'humidity'?")]
    [InlineData("name: a, when: open == true, message: 'at {{ }}'", 51,
        "expected entity, rule, a field or another expression, got nothing")]
    [InlineData("name: a, when: open == true, message: 'at {{ humidity | rond 1 }}'", 63, "expected 'round', got 'rond'; did you mean 'round'?")]
    [InlineData("name: a, when: open == true, message: 'at {{ humidity | round 16 }}'", 69, "expected an integer of 0 to 15, got '16'")]
    [InlineData("name: a, when: open == true, message: 'at {{ site | round 1 }}'", 52,
        "expected a number to round, got field 'site', which is a text")]
    [InlineData("name: a, when: open == true, labels: { x: '{{ y }}' }", 53, "unknown field 'y'")]
    [InlineData("name: a, when: open == true, by: site", 40, "expected a list of fields, got 'site'")]
    [InlineData("name: a, when: open == true, by: [siet]", 41, "unknown field 'siet'; did you mean 'site'?")]
    [InlineData("name: a, when: open == true, by: [humidity]", 41,
        "field 'humidity' is a number: expected a field that is text, true or false")]
    [InlineData("name: a, when: open == true, by: [site, site]", 47, "field 'site' is there already")]
    [InlineData("name: a, when: open == true, clock: wal", 43, "expected event or wall, got 'wal'; did you mean 'wall'?")]
    [InlineData("name: a, when: temperature > 90, resolve: temperature < 95", 49,
        "at 92.5 both 'temperature > 90' and 'temperature < 95' hold: the alert would fire and resolve in turn")]
    [InlineData("name: a, when: temperature >= 90, resolve: temperature <= 90", 50,
        "at 90 both 'temperature >= 90' and 'temperature <= 90' hold: the alert would fire and resolve in turn")]
    [InlineData("name: a, when: 'avg(temperature, 5m) > 2', resolve: 'avg(temperature, 5m) != 1'", 59,
        "at 3 both 'avg(temperature, 5m) > 2' and 'avg(temperature, 5m) != 1' hold: the alert would fire and resolve in turn")]
    [InlineData("name: a, when: open == true, resolve: open != false", 45,
        "at 1 both 'open == true' and 'open != false' hold: the alert would fire and resolve in turn")]
    public void An_error_in_a_rule_is_placed(string rule, int column, string message) =>
        Assert.Equal(new RuleError("r.yaml", 3, column, message), Error($"kind: sensor\nrules:\n  - {{ {rule} }}"));

    [Fact]
    public void A_file_that_is_no_yaml_is_an_error_with_its_place()
    {
        var error = Error("kind: sensor\nrules: [\n");
        Assert.Equal("r.yaml", error.File);
        Assert.True(error.Line is 2 or 3, error.ToString());
        Assert.Equal(3, Error("kind: sensor\nrules: []\nkind: sensor\n").Line);
        Assert.Equal("the file is longer than 1000000 characters", Error(new string(' ', 1_000_001)).Message);
    }

    private static RuleError Error(string text) =>
        Assert.Single(Assert.Throws<RuleException>(() => RuleFiles.Parse([("r.yaml", text)], Kinds)).Errors);
}
