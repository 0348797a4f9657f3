using Grains.Interfaces;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Silo.Notifying;

/// <summary>Asks the cluster's dispatcher again and again how it is: that starts it where none runs.</summary>
internal sealed partial class NotificationStarter(IGrainFactory grains, TimeProvider time, ILogger<NotificationStarter> logger)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private volatile string? _problem = "starting";

    /// <summary>Degraded when nothing is sent: this silo can do all else.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_problem is { } problem ? HealthCheckResult.Degraded(problem) : HealthCheckResult.Healthy());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                var problem = await ProblemAsync(stoppingToken);
                if (problem is not null && problem != _problem) LogProblem(logger, problem);
                _problem = problem;
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await grains.GetGrain<INotifications>(0).ProblemAsync().AsTask().WaitAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return $"the dispatcher cannot be reached: {e.Message}";
        }
    }

    [LoggerMessage(LogLevel.Warning, "Notifications: {Problem}")]
    private static partial void LogProblem(ILogger logger, string problem);
}
