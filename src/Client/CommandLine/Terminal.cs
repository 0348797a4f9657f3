using Spectre.Console;

namespace Client.CommandLine;

/// <summary>
/// Where the command line reads and writes. Results go to the output, all else to the error output, so that a script can read
/// the first.
/// </summary>
internal sealed class Terminal
{
    /// <summary>Wide enough that nothing is wrapped in a file or pipe.</summary>
    private const int RedirectedWidth = 400;

    public Terminal(TextWriter output, TextWriter error, Func<Stream> input, TimeProvider time)
    {
        (Output, Error, Input, Time) = (output, error, input, time);
        Screen = Create(output);
        ErrorScreen = Create(error);
    }

    public static Terminal Standard() =>
        new(System.Console.Out, System.Console.Error, System.Console.OpenStandardInput, TimeProvider.System);

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    public Func<Stream> Input { get; }

    public TimeProvider Time { get; }

    /// <summary>The output, for tables and colours.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>The error output, for colours and progress.</summary>
    public IAnsiConsole ErrorScreen { get; }

    /// <summary>Whether a person looks at the output as it is written.</summary>
    public bool IsLive => Screen.Profile.Out.IsTerminal;

    /// <summary>Whether a person looks at the error output as it is written.</summary>
    public bool IsErrorLive => ErrorScreen.Profile.Out.IsTerminal;

    private static IAnsiConsole Create(TextWriter writer)
    {
        var target = new AnsiConsoleOutput(writer);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = target,
            Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        });
        if (!target.IsTerminal)
            console.Profile.Width = RedirectedWidth;
        return console;
    }
}
