using System.Runtime.InteropServices;
using HBaseLoad;
using Load;

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
    return args switch
    {
        ["client", .. var rest] => await ClientCommand.RunAsync(rest),
        ["compare", .. var rest] => await CompareCommand.RunAsync(rest, stop.Token),
        _ => throw new UsageException("usage: HBaseLoad client|compare [--name value ..]; --help after one lists its names"),
    };
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
