using System.CommandLine;
using System.CommandLine.Parsing;
using Client.Backtesting;
using global::Rules.Coded;
using global::Rules.Engine;
using global::Rules.Language;
using Grains.Interfaces;
using Spectre.Console;

namespace Client.CommandLine.Rules;

/// <summary><c>rules backtest</c>: what rules would have done with the stored history of a kind, beside what was done.</summary>
internal static class RulesBacktestCommand
{
    public static Command Create(GranaryCommand granary, TimeProvider time)
    {
        var command = new Command("backtest", "Say what rules would have fired on the stored history of a kind, beside what did fire.");
        var file = new Argument<FileInfo>("FILE") { Description = "A rule file that declares its fields." };
        var kind = new Option<string?>("--kind") { Description = "Whose history. Default: the file's kind.", HelpName = "kind" };
        var from = CommonOptions.Moment("--from", "Events at or after a time: ISO 8601, or a time ago as in 15m or 2d. Default: all.", time);
        var to = CommonOptions.Moment("--to", "Events before a time, given in the same way. Default: now.", time);
        var prefix = CommonOptions.KeyPrefix();
        var paths = new Option<string[]>("--path") { Description = "Where a field is in the event, such as battery=status.battery; may be given again. Default: at its name.", HelpName = "field=path" };
        var code = RuleCode.Option();
        var svg = new Option<FileInfo?>("--svg") { Description = "Write the chart to a file, too.", HelpName = "file" };
        file.AcceptExistingOnly();
        paths.Validators.Add(CommonOptions.RequirePairs);
        svg.Validators.Add(RequireDirectory);
        command.Add(file);
        Option[] options = [kind, from, to, prefix, paths, code, svg];
        foreach (var option in options) command.Add(option);
        return granary.Connected(command, (session, parsed, cancellationToken) => RunAsync(
            session,
            new Request(
                parsed.GetRequiredValue(file), parsed.GetValue(kind), parsed.GetValue(from), parsed.GetValue(to) ?? time.GetUtcNow(),
                parsed.GetValue(to) is not null, parsed.GetValue(prefix) ?? "", CommonOptions.Pairs(parsed.GetValue(paths)), RuleCode.Of(parsed.GetValue(code)),
                parsed.GetValue(svg)),
            cancellationToken));
    }

    private static async Task<int> RunAsync(Session session, Request request, CancellationToken cancellationToken)
    {
        if (request.From >= request.To) throw new UsageException("--from is not before --to.");
        var files = RuleFiles.ParseFiles(
            [(request.File.FullName, await File.ReadAllTextAsync(request.File.FullName, cancellationToken))], request.Code);
        var rules = files[0];
        if (files.All(file => file.Rules.IsEmpty)) throw new UsageException($"{request.File.Name} has no rules.");
        if (request.Paths.Keys.FirstOrDefault(name => rules.Fields.All(field => field.Name != name)) is { } unknown)
            throw new UsageException($"--path: {request.File.Name} declares no field '{unknown}'.");
        var kind = request.Kind ?? rules.Kind;
        var backtest = new Backtest(
            session.Client, new RuleProgram(files), new EventReader(rules.Fields, request.Paths),
            new EntityQuery { Kind = kind, KeyPrefix = request.KeyPrefix }, request.From, request.To);
        var result = await RunAsync(session, backtest, cancellationToken);
        if (result.Events == 0)
        {
            session.Note(result.Entities == 0
                ? $"No entity of kind '{kind}'{(request.KeyPrefix.Length > 0 ? $" whose key begins with '{request.KeyPrefix}'" : "")} is found."
                : $"None of {result.Entities} entities of kind '{kind}' has events in its history in that time. They are kept from when Kinds:{kind}:History is Events (default: Alerts).");
            return ExitCode.NoSuchThing;
        }

        if (result.Mismatched > 0)
            session.Note($"{result.Mismatched} values were of another type than their field and counted as missing.");
        var end = request.HasEnd ? request.To : result.Last;
        if (session.Json)
        {
            session.WriteJson(Documents.Of(kind, result, request.To));
        }
        else
        {
            session.Terminal.Output.WriteLine($"{result.Events} events of {result.Entities} entities, {Views.Time(result.Begin)} to {Views.Time(end)}.");
            session.Terminal.Screen.Write(BacktestViews.Summary(result));
            session.Terminal.Screen.Write(BacktestViews.Chart(result, end, session.Terminal.Screen.Profile.Width));
        }

        if (request.Svg is { } svg) await File.WriteAllTextAsync(svg.FullName, BacktestSvg.Of(kind, result, end), cancellationToken);
        return ExitCode.Done;
    }

    private static Task<BacktestResult> RunAsync(Session session, Backtest backtest, CancellationToken cancellationToken)
    {
        if (session.Json)
            return backtest.RunAsync(
                (run, _) =>
                {
                    foreach (var alert in run.Would.Concat(run.Did)) session.WriteJson(Documents.Of(alert));
                },
                cancellationToken);
        if (!session.Terminal.IsErrorLive) return backtest.RunAsync((_, _) => { }, cancellationToken);
        return session.Terminal.ErrorScreen.Progress().AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(progress =>
            {
                var task = progress.AddTask("reading");
                return backtest.RunAsync(
                    (_, result) => task.Description = $"{result.Entities:N0} entities, {result.Events:N0} events, {result.Rules.Sum(rule => (long)rule.Would.Alerts):N0} alerts would have fired",
                    cancellationToken);
            });
    }

    private static void RequireDirectory(OptionResult result)
    {
        if (result.Tokens is [{ Value: var path }] && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            result.AddError($"--svg {path}: there is no such directory.");
    }

    private sealed record Request(
        FileInfo File, string? Kind, DateTimeOffset? From, DateTimeOffset To, bool HasEnd, string KeyPrefix,
        IReadOnlyDictionary<string, string> Paths, IReadOnlyList<KindRule> Code, FileInfo? Svg);
}
