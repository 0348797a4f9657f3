using Rules.Language;

namespace RulesFuzz;

/// <summary>The good files that are mutated, and the kinds that they are of.</summary>
public static class Corpus
{
    public static IReadOnlyList<string> Files { get; } = [.. typeof(Corpus).Assembly.GetManifestResourceNames()
        .Where(n => n.EndsWith(".yaml", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)];

    public static IReadOnlyDictionary<string, IReadOnlyList<RuleField>> Kinds { get; } =
        new Dictionary<string, IReadOnlyList<RuleField>>
        {
            ["sensor"] =
            [
                new("temperature", RuleType.Number, 0), new("humidity", RuleType.Number, 1), new("state", RuleType.Text, 2),
                new("door", RuleType.Boolean, 3), new("at", RuleType.Time, 4),
            ],
            ["free"] = [],
        };

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(Corpus).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
