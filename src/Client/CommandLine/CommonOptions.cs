using System.CommandLine;
using System.CommandLine.Parsing;

namespace Client.CommandLine;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    /// <summary>What the keys of the entities that are meant begin with.</summary>
    public static Option<string?> KeyPrefix() =>
        new("--entity") { Description = "Of entities whose key begins so.", HelpName = "prefix" };

    public static Option<DateTimeOffset?> Moment(string name, string description, TimeProvider time) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result => Durations.ParseMoment(result, time),
    };

    /// <summary>A validator: each value is <c>name=value</c>.</summary>
    public static void RequirePairs(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            result.AddError($"{result.Option.Name} {token.Value}: expected {result.Option.HelpName}.");
    }

    /// <summary>Values <c>name=value</c> by their names; of a name that comes twice the last.</summary>
    public static IReadOnlyDictionary<string, string> Pairs(string[]? values)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Split(values)) pairs[name] = value;
        return pairs;
    }

    /// <summary>Values <c>name=value</c>, each on its own.</summary>
    public static IEnumerable<(string Name, string Value)> Split(string[]? values) =>
        (values ?? []).Select(value => value.Split('=', 2)).Select(parts => (parts[0], parts[1]));

    /// <summary>A number above zero; null: not given.</summary>
    public static Option<int?> Limit(string description)
    {
        var limit = new Option<int?>("--limit") { Description = description, HelpName = "number" };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var number) && number <= 0)
                result.AddError($"--limit {number}: expected a number above zero.");
        });
        return limit;
    }
}
