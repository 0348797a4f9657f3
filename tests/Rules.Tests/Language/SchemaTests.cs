using System.Text.Json;
using Rules.Language;

namespace Rules.Tests.Language;

public sealed class SchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "rules.schema.json"))).RootElement;

    private static JsonElement Rule => Schema.GetProperty("$defs").GetProperty("rule");

    [Fact]
    public void The_schema_has_the_properties_that_the_parser_knows()
    {
        Assert.Equal(RuleFileParser.Properties, Names(Schema.GetProperty("properties")));
        Assert.Equal(RuleParser.Properties.Order(), Names(Rule.GetProperty("properties")).Order());
        Assert.Equal(RuleFileParser.Types, Words(Schema.GetProperty("properties").GetProperty("fields").GetProperty("additionalProperties")));
        Assert.Equal(RuleParser.EscalateProperties, Names(Rule.GetProperty("properties").GetProperty("escalate").GetProperty("properties")));
        Assert.Equal(RuleParser.Clocks, Words(Rule.GetProperty("properties").GetProperty("clock")));
        Assert.All([Schema, Rule], o => Assert.False(o.GetProperty("additionalProperties").GetBoolean()));
    }

    [Fact]
    public void The_schema_requires_what_the_parser_requires()
    {
        var fields = new Dictionary<string, IReadOnlyList<RuleField>> { ["a"] = [new("x", RuleType.Boolean, 0)] };
        Assert.Equal(Missing("{}", "{ kind: a }"), Required(Schema));
        Assert.Equal(Missing("{ kind: a, rules: [{}] }"), Required(Rule).Order());

        IEnumerable<string> Missing(params string[] files) => files
            .SelectMany(f => Assert.Throws<RuleException>(() => RuleFiles.Parse([("f", f)], fields)).Errors)
            .Select(e => e.Message.Split('\'')[1]);
    }

    [Fact]
    public void References_of_the_schema_are_there() => Assert.All(
        References(Schema), r => Assert.True(Schema.GetProperty("$defs").TryGetProperty(r["#/$defs/".Length..], out _), r));

    private static IEnumerable<string> Names(JsonElement properties) => properties.EnumerateObject().Select(p => p.Name);

    private static IEnumerable<string> Words(JsonElement schema) =>
        schema.GetProperty("enum").EnumerateArray().Select(w => w.GetString()!);

    private static IEnumerable<string> Required(JsonElement schema) =>
        schema.GetProperty("required").EnumerateArray().Select(w => w.GetString()!);

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .SelectMany(p => p.Name == "$ref" ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
