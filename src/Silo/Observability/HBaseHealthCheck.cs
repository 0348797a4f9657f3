using HBase.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Silo.Configuration;

namespace Silo.Observability;

/// <summary>Whether a row of the entities' table can be read in time.</summary>
internal sealed class HBaseHealthCheck(IHBase hbase, HBaseSettings settings) : IHealthCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Limit);
        try
        {
            await hbase.GetTable(settings.EntitiesTable).GetAsync(new Get("health"u8.ToArray()), timeout.Token);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is HBaseException or OperationCanceledException)
        {
            var where = settings.Masters ?? settings.Path;
            return HealthCheckResult.Unhealthy($"HBase at {where} does not answer a read within {Limit.TotalSeconds} s: {e.Message}");
        }
    }
}
