using System.Collections.Immutable;
using Rules.Coded;

namespace Rules.Language;

/// <summary>Reads rule files. Each of its methods tells all that is wrong at once.</summary>
public static class RuleFiles
{
    /// <summary>The rules in a directory's <c>*.yaml</c> and <c>*.yml</c> files, in the order of the files' names, and those in C#.</summary>
    /// <param name="directory">Null or absent: no files.</param>
    /// <param name="code">In C#; null: none.</param>
    /// <exception cref="RuleException">Something is wrong with them; it names all of it.</exception>
    public static ImmutableArray<RuleFile> Load(
        string? directory, IReadOnlyDictionary<string, IReadOnlyList<RuleField>> kinds, IEnumerable<KindRule>? code = null) =>
        Parse(
            Directory.Exists(directory) ? InDirectory(directory).Select(f => (f, File.ReadAllText(f))) : [],
            kinds,
            code);

    /// <summary>A directory's rule files, in the order of their names.</summary>
    public static IEnumerable<string> InDirectory(string directory) => Directory.EnumerateFiles(directory)
        .Where(f => Path.GetExtension(f) is ".yaml" or ".yml")
        .Order(StringComparer.Ordinal);

    /// <summary>The rules in files given by name and text, in their order. Files of one kind share its lateness.</summary>
    /// <param name="kinds">
    /// The fields of each kind. A file that declares fields must agree with them, and its rules know only these; if a kind
    /// has none here, those that the file declares count, in their order.
    /// </param>
    /// <exception cref="RuleException">Something is wrong with them; it names all of it.</exception>
    /// <param name="code">In C#, after those in files; null: none.</param>
    public static ImmutableArray<RuleFile> Parse(
        IEnumerable<(string Name, string Text)> files, IReadOnlyDictionary<string, IReadOnlyList<RuleField>> kinds,
        IEnumerable<KindRule>? code = null) =>
        ParseAll(files, kinds, code ?? []);

    /// <summary>The rules in one file that declares its fields, of whatever kind.</summary>
    /// <exception cref="RuleException">Something is wrong with it; it names all of it.</exception>
    public static RuleFile ParseFile(string name, string text) => ParseAll([(name, text)], null, [])[0];

    /// <summary>The rules in files that declare their fields, and rules in C# of their kinds, which come last.</summary>
    /// <exception cref="RuleException">Something is wrong with them; it names all of it.</exception>
    public static ImmutableArray<RuleFile> ParseFiles(IEnumerable<(string Name, string Text)> files, IEnumerable<KindRule> code) =>
        ParseAll(files, null, code);

    private static ImmutableArray<RuleFile> ParseAll(
        IEnumerable<(string Name, string Text)> files, IReadOnlyDictionary<string, IReadOnlyList<RuleField>>? kinds,
        IEnumerable<KindRule> code)
    {
        var errors = new List<RuleError>();
        var parsed = new List<ParsedFile>();
        foreach (var (name, text) in files)
        {
            var yaml = new RuleYaml(name, text.TrimStart('\uFEFF'), errors);
            if (new RuleFileParser(name, yaml, kinds).Parse() is { } file)
                parsed.Add(file);
        }

        kinds ??= parsed.GroupBy(p => p.File.Kind, StringComparer.Ordinal)
            .ToDictionary(kind => kind.Key, IReadOnlyList<RuleField> (kind) => kind.First().File.Fields, StringComparer.Ordinal);
        foreach (var rules in code.GroupBy(rule => rule.Kind, StringComparer.Ordinal))
            parsed.Add(KindRule.Define(rules.Key, rules, kinds, errors));

        var result = parsed.GroupBy(p => p.File.Kind, StringComparer.Ordinal)
            .SelectMany(kind => OfOneKind([.. kind], errors))
            .ToDictionary(p => p.Place, p => p.File);
        if (errors.Count > 0)
            throw new RuleException(errors);
        return [.. parsed.Select(p => result[p])];
    }

    /// <summary>What holds over all files of a kind: names of rules are unique, lateness is one.</summary>
    private static IEnumerable<(ParsedFile Place, RuleFile File)> OfOneKind(List<ParsedFile> files, List<RuleError> errors)
    {
        var rules = new Dictionary<string, RuleError>(StringComparer.Ordinal);
        foreach (var rule in files.SelectMany(f => f.File.Rules))
            if (!rules.TryAdd(rule.Name, rule.Place))
                errors.Add(rule.Place with
                {
                    Message = $"kind '{files[0].File.Kind}' has a rule '{rule.Name}' already, at {Text(rules[rule.Name])}",
                });
        var first = files.Find(f => f.LatenessPlace is not null);
        foreach (var file in files)
            if (file.LatenessPlace is { } place && file.File.Lateness != first!.File.Lateness)
                errors.Add(place with
                {
                    Message = $"kind '{file.File.Kind}' has another lateness, at {Text(first.LatenessPlace!)}",
                });
        return files.Select(f => (f, f.File with { Lateness = first?.File.Lateness ?? 0 }));
    }

    private static string Text(RuleError place) => FormattableString.Invariant($"{place.File}:{place.Line}:{place.Column}");
}
