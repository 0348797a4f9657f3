using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Rules.Language;

/// <summary>Reads the nodes of one YAML file, and gathers what is wrong with them.</summary>
internal sealed class RuleYaml(string file, string text, List<RuleError> errors)
{
    private const int MaxLength = 1_000_000;
    private const int MaxMessage = 500;

    /// <summary>Where the text ends: YAML may say that something is missing on a line after it.</summary>
    private readonly (int Line, int Column) _end = TextPlaces.Of(text, text.Length);

    public int ErrorCount => errors.Count;

    /// <summary>The file's only document; null after an error.</summary>
    public YamlNode? Load()
    {
        if (text.Length > MaxLength)
            return Fail(1, 1, $"the file is longer than {MaxLength} characters");
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            stream.Load(new BoundedParser(new Parser(reader)));
        }
        catch (YamlException e)
        {
            return Fail(
                (int)Math.Max(1, e.Start.Line), (int)Math.Max(1, e.Start.Column), e.InnerException?.Message ?? e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The scanner trips over some texts without saying where.
            return Fail(1, 1, $"not YAML: {e.Message}");
        }

        return stream.Documents.Count == 1
            ? stream.Documents[0].RootNode
            : Fail(1, 1, $"expected one document, got {stream.Documents.Count}");
    }

    /// <param name="allowed">The names that it may have; null: any.</param>
    public Dictionary<string, YamlNode>? Mapping(YamlNode node, string expected, IReadOnlyList<string>? allowed)
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
            else if (!properties.TryAdd(name, value))
                Error(key, $"'{name}' is there already");
        }

        return properties;
    }

    public YamlNode? Required(YamlNode parent, Dictionary<string, YamlNode> properties, string name)
    {
        if (properties.TryGetValue(name, out var node))
            return node;
        Error(parent, $"expected the property '{name}', which is missing");
        return null;
    }

    public IReadOnlyList<YamlNode> List(YamlNode node, string expected)
    {
        if (node is YamlSequenceNode sequence)
            return [.. sequence.Children];
        Error(node, $"expected {expected}, got {Describe(node)}");
        return [];
    }

    public string? Scalar(YamlNode node, string expected)
    {
        if (node is YamlScalarNode { Value: { } value } scalar
            && (value.Trim().Length > 0 || scalar.Style != ScalarStyle.Plain))
            return value;
        Error(node, $"expected {expected}, got {Describe(node)}");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public string? OneOf(YamlNode node, string expected, IReadOnlyList<string> words)
    {
        if (Scalar(node, expected) is not { } word)
            return null;
        if (words.Contains(word))
            return word;
        Error(node, $"expected {expected}, got '{word}'{Nearest.Hint(word, words)}");
        return null;
    }

    /// <summary>Parses a scalar's text; an error points into it.</summary>
    public T? Parsed<T>(YamlNode node, string expected, Func<string, T> parse)
        where T : class
    {
        if (Scalar(node, expected) is not { } value)
            return null;
        try
        {
            return parse(value);
        }
        catch (ParseException e)
        {
            Error(node, e.Problem);
            return null;
        }
    }

    /// <summary>Milliseconds; null after an error.</summary>
    public long? Duration(YamlNode node)
    {
        if (Scalar(node, "a duration such as 30s, 5m or 1h30m") is not { } value)
            return null;
        if (DurationParser.Parse(value, out var problem) is { } duration)
            return duration;
        Error(node, problem);
        return null;
    }

    public void Error(YamlNode node, string message) => errors.Add(At(node, message));

    public RuleError At(YamlNode node, string message) =>
        At((int)node.Start.Line, (int)node.Start.Column, message);

    private RuleError At(int line, int column, string message)
    {
        // It may quote the file.
        var shown = message.Length <= MaxMessage ? message : $"{message[..MaxMessage]}...";
        return line > _end.Line || (line == _end.Line && column > _end.Column)
            ? new(file, _end.Line, _end.Column, shown)
            : new(file, line, column, shown);
    }

    private void Error(YamlNode node, ParseProblem problem)
    {
        var (line, column) = ScalarPlaces.Of(text, (YamlScalarNode)node, problem.Position);
        errors.Add(At(line, column, problem.Message));
    }

    private YamlNode? Fail(int line, int column, string message)
    {
        errors.Add(At(line, column, message));
        return null;
    }

    private static string Describe(YamlNode node) => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        YamlScalarNode { Value: { Length: > 0 } text } => $"'{text}'",
        _ => "nothing",
    };
}
