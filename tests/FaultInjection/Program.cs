using System.Runtime.InteropServices;
using FaultInjection;
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
        ["faults", .. var rest] => await FaultRun.RunAsync(rest, stop.Token),
        ["broken-records", .. var rest] => await BrokenRun.RunAsync(rest, stop.Token),
        ["drain-kills", .. var rest] => await DrainKills.RunAsync(rest, stop.Token),
        ["notification-kills", .. var rest] => await NotificationKills.RunAsync(rest, stop.Token),
        _ => throw new UsageException("usage: faults|broken-records|drain-kills|notification-kills [--name value ..]; --help after one lists its names"),
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
