using System.Collections.Immutable;
using YamlDotNet.RepresentationModel;

namespace Rules.Language;

/// <summary>A file's rules that are right, and what it says of its kind.</summary>
/// <param name="LatenessPlace">Where the file says it; null: it does not.</param>
internal sealed record ParsedFile(RuleFile File, RuleError? LatenessPlace);

/// <summary>Reads one rule file. Goes on after an error, so that all are told at once.</summary>
/// <param name="kinds">The fields of each kind; null: the file declares its own.</param>
internal sealed class RuleFileParser(
    string file, RuleYaml yaml, IReadOnlyDictionary<string, IReadOnlyList<RuleField>>? kinds)
{
    public static ImmutableArray<string> Properties { get; } = ["kind", "fields", "lateness", "rules"];

    /// <summary>The types that a file may give its fields.</summary>
    public static ImmutableArray<string> Types { get; } = ["number", "text", "boolean", "time"];

    /// <summary>Null when not even the kind is known.</summary>
    public ParsedFile? Parse()
    {
        if (yaml.Load() is not { } root
            || yaml.Mapping(root, "a file with kind and rules", Properties) is not { } properties)
            return null;
        if (yaml.Required(root, properties, "kind") is not { } kindNode
            || yaml.Scalar(kindNode, "the name of a kind") is not { } kind)
            return null;
        IReadOnlyList<RuleField>? known = null;
        if (kinds is not null && !kinds.TryGetValue(kind, out known))
        {
            yaml.Error(kindNode, $"unknown kind '{kind}'{Nearest.Hint(kind, kinds.Keys)}");
            return null;
        }

        if (Fields(root, properties, known ?? []) is not { } fields)
            return null;
        var latenessNode = properties.GetValueOrDefault("lateness");
        var lateness = latenessNode is null ? 0 : yaml.Duration(latenessNode) ?? 0;
        var rules = Rules(root, properties, fields);
        return new ParsedFile(
            new RuleFile(file, kind, fields, lateness, rules), latenessNode is null ? null : yaml.At(latenessNode, ""));
    }

    private ImmutableArray<RuleDefinition> Rules(
        YamlNode root, Dictionary<string, YamlNode> properties, ImmutableArray<RuleField> fields)
    {
        if (yaml.Required(root, properties, "rules") is not { } list)
            return [];
        var parser = new RuleParser(yaml, fields);
        return [.. yaml.List(list, "a list of rules").Select(parser.Parse).OfType<RuleDefinition>()];
    }

    /// <summary>The known fields, of these those that the file declares if it does; without known ones its own.</summary>
    private ImmutableArray<RuleField>? Fields(
        YamlNode root, Dictionary<string, YamlNode> properties, IReadOnlyList<RuleField> known)
    {
        if (!properties.TryGetValue("fields", out var node))
        {
            if (kinds is not null)
                return [.. known];
            yaml.Required(root, properties, "fields");
            return null;
        }

        if (yaml.Mapping(node, "fields, each a name and a type", allowed: null) is not { } declared)
            return null;
        var fields = ImmutableArray.CreateBuilder<RuleField>(declared.Count);
        foreach (var (name, typeNode) in declared)
            if (yaml.OneOf(typeNode, "number, text, boolean or time", Types) is { } type)
                fields.Add(Field(name, Enum.Parse<RuleType>(type, ignoreCase: true), fields.Count, typeNode, known));
        return fields.ToImmutable();
    }

    private RuleField Field(string name, RuleType type, int index, YamlNode node, IReadOnlyList<RuleField> known)
    {
        var field = known.FirstOrDefault(f => f.Name == name) ?? new RuleField(name, type, index);
        if (known.Count == 0 || (known.Contains(field) && field.Type == type))
            return field;
        yaml.Error(node, known.Contains(field)
            ? $"field '{name}' is {Names.Text(field.Type)} in the kind, not {Names.Text(type)}"
            : $"the kind has no field '{name}'{Nearest.Hint(name, known.Select(f => f.Name))}");
        return field;
    }
}
