using System.Globalization;
using Recommendations;
using Recommendations.Bench;
using Recommendations.Methods;

// Quality of the recommendations by replay. See bench/recommendations/run --help.
const string Help = """
    evaluate FILE.tsv --test-days N [--method M] [--exclude-newest N]
        Replays SessionId ItemId Time (tab separated, with header, Unix seconds) in order of time through the states, in process. For each
        event after the first of a session, in the last N days: recommends 20 from the session so far, then reveals it.
      --test-days N        default 1
      --method M           nearest-sessions, item-to-item, reminders, trending, new-items: that alone; blend (default): as configured;
                           reference: a plain exhaustive V-SKNN
      --grains             through the real grains, in a silo in this process on the embedded broker and store; not with reference
      --exclude-newest N   newest items of the session that are not recommended; default 0, as in published evaluations
      --sampled N, --neighbours N   m and k of nearest sessions and of the reference; default as configured
      --co-items N         newest items of the session whose neighbours item-to-item takes; default as configured
    generate FILE.tsv [--days N] [--sessions-per-day N] [--seed N]
        Writes sessions with a known structure; default 14 days of 2000, seed 1.
    speed
        Time and allocation of one blended recommendation for a session of 10 items that 500 sessions each had, by the length of these.
    Last line of evaluate: JSON.
    """;
if (args.Length < 1 || (args.Length < 2 && args[0] != "speed") || args.Contains("--help"))
{
    Console.WriteLine(Help);
    return args.Contains("--help") ? 0 : 2;
}

switch (args[0])
{
    case "evaluate":
        using (var file = File.OpenText(args[1]))
        {
            var events = SessionFile.Read(file);
            var evaluated = args.Contains("--grains") ? await GrainsAsync(events) : Evaluated();
            var result = await Evaluation.RunAsync(evaluated, events, Number("--test-days", 1));
            if (evaluated is IAsyncDisposable disposable)
                await disposable.DisposeAsync();
            Console.WriteLine(result.ToJson());
        }

        return 0;
    case "generate":
        await using (var file = File.CreateText(args[1]))
        {
            var generator = new Generator((int)Number("--seed", 1), (int)Number("--days", 14), (int)Number("--sessions-per-day", 2000));
            SessionFile.Write(file, generator.Generate());
        }

        return 0;
    case "speed":
        foreach (var length in (int[])[5, 20, 50])
            Console.WriteLine(Speed.Measure(length));
        return 0;
    default:
        Console.Error.WriteLine($"There is no command {args[0]}.\n{Help}");
        return 2;
}

IEvaluated Evaluated()
{
    var options = Options();
    return Method() switch
    {
        "reference" => new ExhaustiveNearestSessions(options.SampledSessions, options.Neighbours),
        "blend" => new PureStates(options),
        var method => new PureStates(options, new Dictionary<string, double> { [method] = 1 }),
    };
}

async Task<IEvaluated> GrainsAsync(IReadOnlyList<SessionEvent> events)
{
    var (options, method) = (Options(), Method());
    if (method == "reference")
        throw new ArgumentException("The reference has no grains.");
    var weights = method == "blend" ? [] : MethodNames.All.Select(name => $"Methods:{name}={(name == method ? 1 : 0)}");
    return await GrainStates.StartAsync(
        [
            $"ExcludeNewest={options.ExcludeNewest}", $"SampledSessions={options.SampledSessions}", $"Neighbours={options.Neighbours}",
            $"CoOccurrenceItems={options.CoOccurrenceItems}", .. weights,
        ],
        events.Count == 0 ? 0 : events[^1].Time);
}

RecommendationOptions Options()
{
    var options = new RecommendationOptions { ExcludeNewest = (int)Number("--exclude-newest", 0) };
    options.SampledSessions = (int)Number("--sampled", options.SampledSessions);
    options.Neighbours = (int)Number("--neighbours", options.Neighbours);
    options.CoOccurrenceItems = (int)Number("--co-items", options.CoOccurrenceItems);
    return options;
}

string Method()
{
    var method = Argument("--method") ?? "blend";
    return method is "blend" or "reference" || MethodNames.All.Contains(method)
        ? method
        : throw new ArgumentException($"There is no method {method}; there are: blend, reference, {string.Join(", ", MethodNames.All)}.");
}

double Number(string name, double otherwise) =>
    Argument(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

string? Argument(string name)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
