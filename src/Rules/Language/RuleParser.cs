using System.Collections.Immutable;
using YamlDotNet.RepresentationModel;

namespace Rules.Language;

/// <summary>Reads one rule of a file.</summary>
internal sealed class RuleParser(RuleYaml yaml, IReadOnlyList<RuleField> fields)
{
    public static ImmutableArray<string> Properties { get; } =
        ["name", "when", "for", "keep_firing_for", "resolve", "escalate", "by", "clock", "labels", "message"];

    public static ImmutableArray<string> EscalateProperties { get; } = ["after", "labels"];

    public static ImmutableArray<string> Clocks { get; } = ["event", "wall"];

    private readonly FieldScope _scope = new(fields);

    /// <summary>The rule; null after an error.</summary>
    public RuleDefinition? Parse(YamlNode node)
    {
        var before = yaml.ErrorCount;
        if (yaml.Mapping(node, "a rule", Properties) is not { } properties)
            return null;
        var nameNode = yaml.Required(node, properties, "name");
        var name = nameNode is null ? null : yaml.Scalar(nameNode, "a name");
        var when = yaml.Required(node, properties, "when") is { } whenNode ? Condition(whenNode) : null;
        var resolveNode = properties.GetValueOrDefault("resolve");
        var resolve = resolveNode is null ? null : Condition(resolveNode);
        if (when is not null && resolve is not null && Contradiction.Common(when, resolve) is { } common)
            yaml.Error(resolveNode!, FormattableString.Invariant($"at {common} both '{when}' and '{resolve}' hold: ")
                + "the alert would fire and resolve in turn");
        var (firingAfter, keepFiringFor) = (Duration(properties, "for"), Duration(properties, "keep_firing_for"));
        var escalate = Escalate(properties);
        var (by, isWallClock) = (By(properties), IsWallClock(properties));
        var (labels, message) = (Labels(properties), Message(properties.GetValueOrDefault("message")));
        if (yaml.ErrorCount > before)
            return null;
        return new RuleDefinition
        {
            Name = name!,
            When = when!,
            Resolve = resolve,
            For = firingAfter,
            KeepFiringFor = keepFiringFor,
            Escalate = escalate,
            By = by,
            IsWallClock = isWallClock,
            Labels = labels,
            Message = message,
            Place = yaml.At(nameNode!, ""),
        };
    }

    private Expression? Condition(YamlNode node) =>
        yaml.Parsed(node, "a condition such as 'temperature > 90'", text =>
        {
            var condition = ExpressionParser.Parse(text, _scope);
            return condition.Type == RuleType.Boolean
                ? condition
                : throw new ParseException(
                    0, $"expected a condition such as 'temperature > 90', got {Names.Text(condition.Type)}");
        });

    private long Duration(Dictionary<string, YamlNode> properties, string name) =>
        properties.TryGetValue(name, out var node) ? yaml.Duration(node) ?? 0 : 0;

    private Escalation? Escalate(Dictionary<string, YamlNode> properties)
    {
        if (!properties.TryGetValue("escalate", out var node)
            || yaml.Mapping(node, "after and labels", EscalateProperties) is not { } parts
            || yaml.Required(node, parts, "after") is not { } afterNode
            || yaml.Duration(afterNode) is not { } after)
            return null;
        if (after == 0) yaml.Error(afterNode, "expected a duration longer than 0");
        return new Escalation(after, Labels(parts));
    }

    private ImmutableArray<RuleField> By(Dictionary<string, YamlNode> properties)
    {
        var by = ImmutableArray.CreateBuilder<RuleField>();
        if (!properties.TryGetValue("by", out var list))
            return [];
        foreach (var node in yaml.List(list, "a list of fields"))
        {
            if (yaml.Parsed(node, "a field", _scope.Group) is not { } field)
                continue;
            if (by.Contains(field))
                yaml.Error(node, $"field '{field.Name}' is there already");
            else
                by.Add(field);
        }

        return by.ToImmutable();
    }

    private bool IsWallClock(Dictionary<string, YamlNode> properties) =>
        properties.TryGetValue("clock", out var node) && yaml.OneOf(node, "event or wall", Clocks) == "wall";

    private ImmutableSortedDictionary<string, MessageTemplate> Labels(Dictionary<string, YamlNode> properties)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, MessageTemplate>(StringComparer.Ordinal);
        if (properties.TryGetValue("labels", out var node)
            && yaml.Mapping(node, "labels, each a name and a text", allowed: null) is { } values)
            foreach (var (name, value) in values)
                labels.Add(name, Message(value));
        return labels.ToImmutable();
    }

    private MessageTemplate Message(YamlNode? node) =>
        (node is null ? null : yaml.Parsed(node, "a text", text => MessageParser.Parse(text, _scope)))
            ?? MessageTemplate.Empty;
}
