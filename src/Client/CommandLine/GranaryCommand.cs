using System.CommandLine;
using System.CommandLine.Completions;
using Client.CommandLine.Rules;

namespace Client.CommandLine;

/// <summary>The command line <c>granary</c>: parses, connects, runs one command, turns what happened into an exit code.</summary>
internal sealed class GranaryCommand
{
    private readonly GlobalOptions _options = new();
    private readonly Terminal _terminal;
    private readonly RootCommand _root;

    public GranaryCommand(Terminal terminal)
    {
        _terminal = terminal;
        _root = new RootCommand($"""
            Granary: a live grain for every entity. Asks and commands entities, and puts events on their topics.

            Settings may also come from the environment: Client__Gateways, Client__HBaseMasters, Client__ClusterId,
            Client__ServiceId, Client__CommandTimeout, Client__AttemptTimeout.

            {ExitCode.Help}
            """);
        _options.AddTo(_root);
        _root.Add(new Command("entity", "Ask an entity.")
        {
            EntityCommands.Get(this), EntityCommands.List(this), EntityCommands.History(this, terminal.Time), EntityCommands.Alerts(this),
            WatchCommand.Create(this),
        });
        _root.Add(new Command("alert", "Command an alert.")
        {
            AlertCommands.Acknowledge(this), AlertCommands.Assign(this), AlertCommands.Comment(this), AlertCommands.List(this, terminal.Time),
        });
        _root.Add(new Command("silence", "Mute notifications for a time.")
        {
            SilenceCommands.Add(this, terminal.Time), SilenceCommands.List(this), SilenceCommands.Expire(this),
        });
        _root.Add(new Command("notifications", "Try out who is told of alerts.")
        {
            NotificationCommands.Check(this), NotificationCommands.Test(this),
        });
        _root.Add(ProduceCommand.Create(this));
        _root.Add(new Command("rules", "Check, test, try out and apply rules; only backtest, apply and versions need a silo.")
        {
            RulesCommands.Check(this), RulesCommands.Test(this), RulesCommands.Explain(this), RulesEvalCommand.Create(this),
            RulesBacktestCommand.Create(this, terminal.Time), RuleSetCommands.Apply(this), RuleSetCommands.Versions(this),
        });
        _root.Add(new Command("recommend", "What visitors may want next.")
        {
            RecommendCommands.Visitor(this), RecommendCommands.Item(this), RecommendCommands.Trending(this),
            RecommendCommands.Explain(this), RecommendCommands.Feedback(this), RecommendCommands.Forget(this),
        });
        _root.Add(CompletionCommand.Create(this));
        _root.Add(SiloCommand());
    }

    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        var parsed = _root.Parse(args);
        // A shell that asks how to go on has typed half a command.
        var isCompletion = _root.Directives.OfType<SuggestDirective>().Any(suggest => parsed.GetResult(suggest) is not null);
        if (parsed.Errors.Count > 0 && !isCompletion)
        {
            foreach (var error in parsed.Errors)
                await _terminal.Error.WriteLineAsync(error.Message);
            await _terminal.Error.WriteLineAsync("See --help for what can be said.");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = _terminal.Output,
                Error = _terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(3),
            },
            cancellationToken);
    }

    /// <summary>A command that needs no silo.</summary>
    public Command Local(Command command, Func<Terminal, GlobalSettings, ParseResult, CancellationToken, Task<int>> run)
    {
        command.SetAction((parsed, cancellationToken) =>
            ExplainFailureAsync(_options.Of(parsed), settings => run(_terminal, settings, parsed, cancellationToken)));
        return command;
    }

    /// <summary>A command that needs a silo.</summary>
    public Command Connected(Command command, Func<Session, ParseResult, CancellationToken, Task<int>> run)
    {
        command.SetAction((parsed, cancellationToken) => ExplainFailureAsync(_options.Of(parsed), async settings =>
        {
            await using var session = await Session.ConnectAsync(settings, _terminal, cancellationToken);
            return await run(session, parsed, cancellationToken);
        }));
        return command;
    }

    private async Task<int> ExplainFailureAsync(GlobalSettings settings, Func<GlobalSettings, Task<int>> run)
    {
        try
        {
            return await run(settings);
        }
        catch (Exception error)
        {
            var (code, sentence) = Failures.Explain(error);
            await _terminal.Error.WriteLineAsync(settings.Verbose ? $"{sentence}{Environment.NewLine}{error}" : sentence);
            return code;
        }
    }

    /// <summary>Here for the help: the script ./granary runs the silo itself and never comes here.</summary>
    private Command SiloCommand()
    {
        var silo = new Command("silo", "Run a silo in the foreground: ./granary silo [settings of the silo].")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        silo.SetAction(_ =>
        {
            _terminal.Error.WriteLine("A silo is started by the script at the root of the sources: ./granary silo.");
            return ExitCode.Usage;
        });
        return silo;
    }
}
