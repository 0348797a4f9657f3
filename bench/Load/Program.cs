using System.Runtime.InteropServices;
using Load;
using Load.Comparison;
using Load.Recommendations;
using Load.Verification;

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
        ["verify", .. var rest] => await VerifyCommand.RunAsync(rest, stop.Token),
        ["compare", .. var rest] => await CompareCommand.RunAsync(rest, stop.Token),
        ["latency", .. var rest] => await LatencyCommand.RunAsync(rest, stop.Token),
        ["recommendations", .. var rest] => await RecommendationLoadCommand.RunAsync(rest, stop.Token),
        _ => throw new UsageException("usage: load verify|compare|latency|recommendations [--name value ..]; --help after one lists its names"),
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
