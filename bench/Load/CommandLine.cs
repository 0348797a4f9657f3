using System.Runtime.InteropServices;

namespace Load;

/// <summary>What the programs of benches and checks have in common.</summary>
internal static class CommandLine
{
    /// <summary>
    /// Runs a command until it ends or SIGINT or SIGTERM comes. Its exit code, 2 for <see cref="UsageException"/>, 1 for
    /// <see cref="BenchException"/>, 130 when it was stopped.
    /// </summary>
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> command)
    {
        using var stop = new CancellationTokenSource();
        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            return await command(stop.Token);
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped");
            return 130;
        }
        catch (BenchException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
