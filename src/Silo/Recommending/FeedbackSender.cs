using Checkpointing;
using Grains.Recommending;

namespace Silo.Recommending;

/// <summary>Tells the counters once a second what this silo has shown, and at its end.</summary>
internal sealed partial class FeedbackSender(FeedbackTally tally, IOutputs outputs, TimeProvider time, ILogger<FeedbackSender> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastSend = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Output? next = null;
        try
        {
            using var timer = new PeriodicTimer(Interval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                next = tally.Take();
                await SendAsync(next, stoppingToken);
                next = null;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await SendLastAsync(next); // counted once, if the broker has it already
            await SendLastAsync(tally.Take());
        }
    }

    private async Task SendAsync(Output? output, CancellationToken cancellationToken)
    {
        try
        {
            if (output is not null) await outputs.SendAsync(output, cancellationToken);
        }
        catch (OutputException e)
        {
            LogLost(logger, e);
        }
    }

    private async Task SendLastAsync(Output? output)
    {
        using var timeout = new CancellationTokenSource(LastSend, time);
        try
        {
            await SendAsync(output, timeout.Token);
        }
        catch (OperationCanceledException e)
        {
            LogLost(logger, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What this silo has shown in the last second is not counted")]
    private static partial void LogLost(ILogger logger, Exception exception);
}
