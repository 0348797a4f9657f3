using System.Globalization;
using RulesFuzz;

const string usage = """
    usage: fuzz-rules [--count N] [--seed S] [--only I]
      --count N   malformed files to try; default 1000000
      --seed S    which ones; default 1
      --only I    the I-th file of the seed alone, with its text
    Parses rule files that are mutated from good ones. Fails if one is not refused with errors that are at places of the file, takes longer
    than a second, or is accepted with an expression whose canonical text means something else.
    """;

var values = new Dictionary<string, long> { ["--count"] = 1_000_000, ["--seed"] = 1, ["--only"] = -1 };
for (var i = 0; i < args.Length; i += 2)
{
    if (!values.ContainsKey(args[i]) || i + 1 == args.Length
        || !long.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
    {
        Console.Error.WriteLine(usage);
        return args[i] == "--help" ? 0 : 2;
    }

    values[args[i]] = value;
}

var run = new FuzzRun(values["--count"], (int)(values["--seed"] % int.MaxValue));
return values["--only"] < 0 ? run.Run() : run.Only(values["--only"]);
