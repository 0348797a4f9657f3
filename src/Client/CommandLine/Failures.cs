using Client.Commands;
using Client.Producing;
using Grains.Interfaces;

namespace Client.CommandLine;

/// <summary>What an error means to the caller: an exit code, and one sentence with what to do.</summary>
internal static class Failures
{
    public static (int Code, string Sentence) Explain(Exception error) => error switch
    {
        OperationCanceledException => (ExitCode.Interrupted, "Interrupted."),
        SiloUnreachableException => (ExitCode.Unreachable, error.Message),
        UsageException or OrleansConfigurationException => (ExitCode.Usage, error.Message),
        BrokenLineException => (ExitCode.Error, error.Message),
        ProduceException produce => ExplainProduce(produce),
        AlertNotActiveException or UnknownKindException => (ExitCode.NoSuchThing, error.Message),
        ArgumentException argument => (ExitCode.Usage, WithoutParameter(argument)),
        CommandTimeoutException => (ExitCode.Unreachable, $"{error.Message} Is the silo well? Give it longer with --timeout."),
        _ when TransientErrors.IsUnreachable(error) =>
            (ExitCode.Unreachable, $"The silo does not answer: {error.Message} Is it still running?"),
        _ => (ExitCode.Error, error.Message),
    };

    private static (int Code, string Sentence) ExplainProduce(ProduceException error)
    {
        if (error.Acknowledged > 0)
            return (ExitCode.PartlyDone, error.Message);
        return error.InnerException switch
        {
            ArgumentException argument => (ExitCode.NoSuchThing, WithoutParameter(argument)),
            { } inner => (Explain(inner).Code, error.Message),
            null => (ExitCode.Error, error.Message),
        };
    }

    /// <summary>A parameter's name means nothing to someone at a command line.</summary>
    private static string WithoutParameter(ArgumentException error)
    {
        var suffix = error.Message.LastIndexOf(" (Parameter '", StringComparison.Ordinal);
        return suffix < 0 ? error.Message : error.Message[..suffix];
    }
}

/// <summary>An argument is wrong in a way that its form does not show.</summary>
internal sealed class UsageException(string message) : Exception(message);
