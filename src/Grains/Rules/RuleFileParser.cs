using System.Collections.Immutable;
using Grains.Fields;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Grains.Rules;

/// <summary>A rule and where its name stands.</summary>
internal sealed record PlacedRule(Rule Rule, RuleError Place);

/// <summary>Reads one rule file. Goes on after an error, so that all are told at once.</summary>
internal sealed class RuleFileParser(string file, IReadOnlyDictionary<string, FieldTable> kinds, List<RuleError> errors)
{
    private static readonly string[] FileProperties = ["kind", "rules"];
    private static readonly string[] RuleProperties =
        ["name", "when", "for", "keep_firing_for", "resolve", "labels", "message"];

    /// <summary>The file's kind and its rules that are right; null when even the kind is not known.</summary>
    public (string Kind, List<PlacedRule> Rules)? Parse(TextReader text)
    {
        if (Load(text) is not { } root || Mapping(root, "a file with kind and rules", FileProperties) is not { } properties)
            return null;
        var rules = new List<PlacedRule>();
        if (Required(root, properties, "kind") is not { } kindNode || Scalar(kindNode, "the name of a kind") is not { } kind)
            return null;
        if (!kinds.TryGetValue(kind, out var fields))
        {
            Error(kindNode, $"unknown kind '{kind}'{Nearest.Hint(kind, kinds.Keys)}");
            return null;
        }

        if (Required(root, properties, "rules") is not { } list)
            return (kind, rules);
        if (list is not YamlSequenceNode sequence)
        {
            Error(list, $"expected a list of rules, got {Describe(list)}");
            return (kind, rules);
        }

        foreach (var node in sequence.Children)
            if (ParseRule(node, fields) is { } rule)
                rules.Add(rule);
        return (kind, rules);
    }

    private YamlNode? Load(TextReader text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(text);
        }
        catch (YamlException e)
        {
            errors.Add(new RuleError(file, (int)e.Start.Line, (int)e.Start.Column, e.InnerException?.Message ?? e.Message));
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The scanner trips over some texts without saying where.
            errors.Add(new RuleError(file, 1, 1, $"not YAML: {e.Message}"));
            return null;
        }

        if (stream.Documents.Count == 1)
            return stream.Documents[0].RootNode;
        errors.Add(new RuleError(file, 1, 1, $"expected one document with kind and rules, got {stream.Documents.Count}"));
        return null;
    }

    private PlacedRule? ParseRule(YamlNode node, FieldTable fields)
    {
        var before = errors.Count;
        if (Mapping(node, "a rule", RuleProperties) is not { } properties)
            return null;
        var nameNode = Required(node, properties, "name");
        var name = nameNode is null ? null : Scalar(nameNode, "a name");
        var when = Required(node, properties, "when") is { } whenNode ? Condition(whenNode, fields) : null;
        var resolveNode = properties.GetValueOrDefault("resolve");
        var resolve = resolveNode is null ? null : Condition(resolveNode, fields);
        if (when is not null && resolve?.Common(when) is { } common)
            Error(resolveNode!, FormattableString.Invariant($"at {common} both '{when}' and '{resolve}' hold: the alert would fire and resolve in turn"));
        var rule = new Rule
        {
            Name = name ?? "",
            When = when!,
            Resolve = resolve,
            For = Duration(properties.GetValueOrDefault("for")),
            KeepFiringFor = Duration(properties.GetValueOrDefault("keep_firing_for")),
            Labels = Labels(properties.GetValueOrDefault("labels")),
            Message = Message(properties.GetValueOrDefault("message"), fields),
        };
        return errors.Count > before ? null : new PlacedRule(rule, At(nameNode!, ""));
    }

    private Comparison? Condition(YamlNode node, FieldTable fields)
    {
        if (Scalar(node, "a condition such as 'temperature > 90'") is not { } text)
            return null;
        if (ComparisonParser.Parse(text, fields, out var problem) is { } comparison)
            return comparison;
        Error(node, problem);
        return null;
    }

    private long Duration(YamlNode? node)
    {
        if (node is null || Scalar(node, "a duration such as 30s, 5m or 1h30m") is not { } text)
            return 0;
        if (DurationParser.Parse(text, out var problem) is { } duration)
            return duration;
        Error(node, problem);
        return 0;
    }

    private MessageTemplate Message(YamlNode? node, FieldTable fields)
    {
        if (node is null || Scalar(node, "a text") is not { } text)
            return MessageTemplate.Empty;
        if (MessageParser.Parse(text, fields, out var problem) is { } message)
            return message;
        Error(node, problem);
        return MessageTemplate.Empty;
    }

    private ImmutableSortedDictionary<string, string> Labels(YamlNode? node)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (node is not null && Mapping(node, "labels, each a name and a text", allowed: null) is { } properties)
            foreach (var (name, value) in properties)
                if (Scalar(value, "a text") is { } text)
                    labels.Add(name, text);
        return labels.ToImmutable();
    }

    private Dictionary<string, YamlNode>? Mapping(YamlNode node, string expected, string[]? allowed)
    {
        if (node is not YamlMappingNode mapping)
        {
            Error(node, $"expected {expected}, got {Describe(node)}");
            return null;
        }

        var properties = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
        {
            if (Scalar(key, "a name") is not { } name)
                continue;
            if (allowed is not null && !allowed.Contains(name))
                Error(key, $"unknown property '{name}'{Nearest.Hint(name, allowed)}");
            else
                properties[name] = value;
        }

        return properties;
    }

    private YamlNode? Required(YamlNode parent, Dictionary<string, YamlNode> properties, string name)
    {
        if (properties.TryGetValue(name, out var node))
            return node;
        Error(parent, $"expected the property '{name}', which is missing");
        return null;
    }

    private string? Scalar(YamlNode node, string expected)
    {
        if (node is YamlScalarNode { Value: { } text } scalar && (text.Trim().Length > 0 || scalar.Style != ScalarStyle.Plain))
            return text;
        Error(node, $"expected {expected}, got {Describe(node)}");
        return null;
    }

    private void Error(YamlNode node, string message) => errors.Add(At(node, message));

    /// <summary>Points into a text, if its characters stand in the file as they are.</summary>
    private void Error(YamlNode node, ParseProblem problem)
    {
        var at = At(node, problem.Message);
        if (node is YamlScalarNode { Value: { } text } scalar && node.Start.Line == node.End.Line)
        {
            var quotes = scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted ? 1 : 0;
            if (node.End.Column - node.Start.Column == text.Length + (2 * quotes))
                at = at with { Column = at.Column + quotes + problem.Position };
        }

        errors.Add(at);
    }

    private RuleError At(YamlNode node, string message) => new(file, (int)node.Start.Line, (int)node.Start.Column, message);

    private static string Describe(YamlNode node) => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        YamlScalarNode { Value: { Length: > 0 } text } => $"'{text}'",
        _ => "nothing",
    };
}
