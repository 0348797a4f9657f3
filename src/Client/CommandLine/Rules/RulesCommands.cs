using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using global::Rules.Coded;
using global::Rules.Engine;
using global::Rules.Language;
using global::Rules.Testing;
using Spectre.Console;

namespace Client.CommandLine.Rules;

/// <summary><c>rules check</c>, <c>rules test</c> and <c>rules explain</c>.</summary>
internal static class RulesCommands
{
    public static Command Check(GranaryCommand granary)
    {
        var command = new Command("check", "Say what is wrong with rule files, and where. They declare their fields.");
        var paths = Paths(command, "FILE", "Rule files, or directories of them.");
        var code = RuleCode.Option();
        command.Add(code);
        return granary.Local(command, (terminal, settings, parsed, _) =>
        {
            try
            {
                var rules = Load(parsed.GetRequiredValue(paths), parsed.GetValue(code)).Sum(file => file.Rules.Length);
                if (!settings.Json) terminal.Output.WriteLine($"{rules} rules are right.");
                return Task.FromResult(ExitCode.Done);
            }
            catch (RuleException e)
            {
                foreach (var error in e.Errors) terminal.Output.WriteLine(settings.Json ? Documents.Of(error) : error.ToString());
                return Task.FromResult(ExitCode.Error);
            }
        });
    }

    public static Command Test(GranaryCommand granary)
    {
        var command = new Command("test", "Run tests of rules: series in, expected alerts and values out, in virtual time.");
        var paths = Paths(command, "FILE", "Test files.");
        var code = RuleCode.Option();
        command.Add(code);
        return granary.Local(command, async (terminal, settings, parsed, cancellationToken) =>
        {
            var (passed, failed) = (0, 0);
            var coded = RuleCode.Of(parsed.GetValue(code));
            foreach (var path in parsed.GetRequiredValue(paths))
            {
                var (file, runner) = await LoadAsync(path, coded, cancellationToken);
                foreach (var test in file.Tests)
                {
                    var failures = runner.Run(test);
                    if (failures.Count == 0) passed++;
                    else failed++;
                    foreach (var failure in failures) terminal.Output.WriteLine(settings.Json ? Json(path, test, failure) : $"{path}: {test.Name}: {failure}");
                }
            }

            if (!settings.Json) terminal.Output.WriteLine($"{passed} passed, {failed} failed");
            return failed == 0 ? ExitCode.Done : ExitCode.Error;
        });
    }

    public static Command Explain(GranaryCommand granary)
    {
        var command = new Command("explain", "Say what rules keep of each entity, and how many bytes at most.");
        var paths = Paths(command, "FILE", "Rule files, or directories of them.");
        var code = RuleCode.Option();
        command.Add(code);
        return granary.Local(command, (terminal, settings, parsed, _) =>
        {
            foreach (var files in Load(parsed.GetRequiredValue(paths), parsed.GetValue(code)).GroupBy(file => file.Kind))
            {
                var kept = Explanation.Of(new RuleProgram([.. files]));
                if (settings.Json)
                {
                    foreach (var state in kept) terminal.Output.WriteLine(Json(files.Key, state));
                    continue;
                }

                var table = new Table().Title(files.Key).AddColumns("an entity keeps", "bytes at most", "for rules");
                foreach (var state in kept) table.AddRow(Markup.Escape(state.Text), state.MaxBytes is { } bytes ? $"{bytes:N0}" : "?", Markup.Escape(string.Join(", ", state.Rules)));
                table.AddRow("together", $"{kept.Sum(state => (long)(state.MaxBytes ?? 0)):N0}", "");
                terminal.Screen.Write(table);
            }

            return Task.FromResult(ExitCode.Done);
        });
    }

    private static async Task<(RuleTestFile File, RuleTestRunner Runner)> LoadAsync(
        string path, IReadOnlyList<KindRule> code, CancellationToken cancellationToken)
    {
        try
        {
            var file = RuleTestFile.Parse(await File.ReadAllTextAsync(path, cancellationToken));
            var directory = Path.GetDirectoryName(path) ?? "";
            var rules = file.RuleFiles.Select(name => Path.Combine(directory, name)).Select(name => (name, File.ReadAllText(name)));
            return (file, new RuleTestRunner(RuleFiles.ParseFiles(rules, code)));
        }
        catch (FormatException e)
        {
            throw new UsageException($"{path}:{e.Message}");
        }
    }

    private static Argument<string[]> Paths(Command command, string name, string description)
    {
        var paths = new Argument<string[]>(name) { Description = description, Arity = ArgumentArity.OneOrMore };
        paths.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !Path.Exists(token.Value)))
                result.AddError($"There is no file or directory '{token.Value}'.");
        });
        command.Add(paths);
        return paths;
    }

    /// <exception cref="RuleException">Something is wrong with them; it names all of it.</exception>
    private static ImmutableArray<RuleFile> Load(IEnumerable<string> paths, string[]? code)
    {
        var files = paths.SelectMany(path => Directory.Exists(path) ? RuleFiles.InDirectory(path) : [path]);
        return RuleFiles.ParseFiles(files.Select(path => (path, File.ReadAllText(path))), RuleCode.Of(code));
    }

    private static string Json(string path, RuleTest test, string failure) =>
        new JsonObject { ["file"] = path, ["test"] = test.Name, ["failure"] = failure }.ToJsonString();

    private static string Json(string kind, KeptState state) => new JsonObject
    {
        ["kind"] = kind,
        ["keeps"] = state.Text,
        ["max_bytes"] = state.MaxBytes,
        ["rules"] = new JsonArray([.. state.Rules.Select(rule => (JsonNode)rule)]),
    }.ToJsonString();
}
