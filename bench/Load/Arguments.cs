using System.Globalization;

namespace Load;

/// <summary>What a command was called with: <c>--name value</c>, or <c>--name</c> alone for yes.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="help">Names what is known: each line begins with <c>--name</c>.</param>
    /// <exception cref="UsageException">An argument is unknown, or <c>--help</c> was asked for.</exception>
    public Arguments(string[] args, string help)
    {
        var known = help.Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split(' ')[0])
            .Where(word => word.StartsWith("--", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            if (!known.Contains(args[i]))
                throw new UsageException(args[i] == "--help" ? help : $"unknown argument: {args[i]}\n{help}");
            var isFlag = i + 1 == args.Length || args[i + 1].StartsWith("--", StringComparison.Ordinal);
            _values[args[i][2..]] = isFlag ? "yes" : args[++i];
        }
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public bool Flag(string name) => _values.ContainsKey(name);

    public long Number(string name, long otherwise) => !_values.TryGetValue(name, out var text)
        ? otherwise
        : long.TryParse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UsageException($"--{name} is '{text}', not a number");

    /// <summary>An environment variable that must be set.</summary>
    public static string Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new UsageException($"{name} is not set; ../shared/servers/{{kafka,hbase}} start DIR print it");
}

/// <summary>The command was called wrongly, or something that it needs is absent: exit 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The command could not do its work: exit 1.</summary>
internal sealed class BenchException(string message) : Exception(message);
