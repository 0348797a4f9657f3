using Grains.Fields;

namespace Grains.Rules;

/// <summary>Reads the rules of all kinds.</summary>
internal static class RuleFiles
{
    /// <summary>The rules in a directory's <c>*.yaml</c> and <c>*.yml</c> files, in the order of the files' names, by kind.</summary>
    /// <exception cref="RuleException">Something is wrong with them; it names all of it.</exception>
    public static IReadOnlyDictionary<string, RuleSet> Load(string directory, IReadOnlyDictionary<string, FieldTable> kinds)
    {
        var files = Directory.EnumerateFiles(directory)
            .Where(f => Path.GetExtension(f) is ".yaml" or ".yml")
            .Order(StringComparer.Ordinal)
            .Select(f => (f, File.ReadAllText(f)));
        return Parse(files, kinds);
    }

    /// <summary>The rules in files given by name and text.</summary>
    /// <exception cref="RuleException">Something is wrong with them; it names all of it.</exception>
    public static IReadOnlyDictionary<string, RuleSet> Parse(
        IEnumerable<(string Name, string Text)> files, IReadOnlyDictionary<string, FieldTable> kinds)
    {
        var errors = new List<RuleError>();
        var byKind = new Dictionary<string, Dictionary<string, PlacedRule>>(StringComparer.Ordinal);
        foreach (var (name, text) in files)
        {
            using var reader = new StringReader(text);
            if (new RuleFileParser(name, kinds, errors).Parse(reader) is not { } parsed)
                continue;
            if (!byKind.TryGetValue(parsed.Kind, out var rules))
                byKind.Add(parsed.Kind, rules = new(StringComparer.Ordinal));
            foreach (var rule in parsed.Rules)
                if (!rules.TryAdd(rule.Rule.Name, rule))
                    errors.Add(Twice(parsed.Kind, rule, rules[rule.Rule.Name].Place));
        }

        if (errors.Count > 0)
            throw new RuleException(errors);
        return byKind.ToDictionary(k => k.Key, k => new RuleSet([.. k.Value.Values.Select(r => r.Rule)]), StringComparer.Ordinal);
    }

    private static RuleError Twice(string kind, PlacedRule rule, RuleError first) => rule.Place with
    {
        Message = $"kind '{kind}' has a rule '{rule.Rule.Name}' already, at {first.File}:{first.Line}:{first.Column}",
    };
}
