using Rules.Engine;
using Rules.Language;
using YamlDotNet.RepresentationModel;

namespace Recommendations.Reranking;

/// <summary>
/// Reads a file of business rules. Goes on after an error, so that all are told at once.
/// <code>
/// attributes: {price: number, brand: text}
/// rules:
///   - name: too dear for a newcomer
///     when: price > 500 and purchases == 0
///     exclude: true
///   - name: our own
///     when: brand == "Hill"
///     boost: 1.5
/// </code>
/// </summary>
internal sealed class RerankFileParser(RuleYaml yaml)
{
    private static readonly string[] Properties = ["attributes", "rules"];
    private static readonly string[] RuleProperties = ["name", "when", "exclude", "boost"];
    private static readonly string[] Types = ["number", "text", "boolean"];

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Null if the file is none at all.</summary>
    public RerankRules? Parse()
    {
        if (yaml.Load() is not { } root || yaml.Mapping(root, "a file with rules", Properties) is not { } properties)
            return null;
        var attributes = Attributes(properties);
        var scope = new FieldScope([.. Candidate.Fields, .. attributes]);
        if (yaml.Required(root, properties, "rules") is not { } list)
            return null;
        return new(attributes, [.. yaml.List(list, "a list of rules").Select(node => Rule(node, scope))]);
    }

    private List<RuleField> Attributes(Dictionary<string, YamlNode> properties)
    {
        var fields = new List<RuleField>();
        if (!properties.TryGetValue("attributes", out var node)
            || yaml.Mapping(node, "attributes of the catalogue, each a name and a type", allowed: null) is not { } declared)
            return fields;
        foreach (var (name, typeNode) in declared)
        {
            if (Candidate.Fields.Any(field => field.Name == name))
                yaml.Error(typeNode, $"'{name}' is known of every item already");
            else if (yaml.OneOf(typeNode, "number, text or boolean", Types) is { } type)
                fields.Add(new(name, Enum.Parse<RuleType>(type, ignoreCase: true), Candidate.Fields.Count + fields.Count));
        }

        return fields;
    }

    private (TruthOf? When, NumberOf? Boost) Rule(YamlNode node, FieldScope scope)
    {
        if (yaml.Mapping(node, "a rule", RuleProperties) is not { } properties)
            return default;
        if (yaml.Required(node, properties, "name") is { } nameNode && yaml.Scalar(nameNode, "a name") is { } name && !_names.Add(name))
            yaml.Error(nameNode, $"there is a rule '{name}' already");
        var when = properties.TryGetValue("when", out var whenNode)
            ? Compiled(whenNode, scope, RuleType.Boolean, "a condition such as 'price > 100'", static (compiler, it) => compiler.Truth(it))
            : null;
        var boost = properties.TryGetValue("boost", out var boostNode)
            ? Compiled(boostNode, scope, RuleType.Number, "a number such as 1.5", static (compiler, it) => compiler.Number(it))
            : null;
        if (properties.TryGetValue("exclude", out var exclude))
            yaml.OneOf(exclude, "true", ["true"]);
        if (exclude is null == boostNode is null)
            yaml.Error(node, "expected either 'exclude: true' or 'boost', a number");
        if (exclude is not null && whenNode is null)
            yaml.Error(node, "expected the property 'when', or everything would be excluded");
        return (when, boost);
    }

    private T? Compiled<T>(YamlNode node, FieldScope scope, RuleType type, string expected, Func<ExpressionCompiler, Expression, T> compile)
        where T : class => yaml.Parsed(node, expected, text =>
        {
            var expression = ExpressionParser.Parse(text, scope);
            if (expression.Type != type)
                throw new ParseException(0, $"expected {expected}, got {Names.Text(expression.Type)}");
            var slots = new ScopeSlots();
            var compiled = compile(new ExpressionCompiler(slots), expression);
            return slots is { Aggregates: [], Patterns: [], Anomalies: [], SeenFilters: [] }
                ? compiled
                : throw new ParseException(0, "windows, patterns, anomalies and absences need events in time, which a recommendation has not");
        });
}
