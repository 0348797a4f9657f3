using Kafka.Streaming;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Silo.Observability;

/// <summary>Whether every partition of this silo is read and no error of the brokers stands.</summary>
internal sealed class KafkaHealthCheck(KafkaStreamHealth kafka) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var partitions = kafka.Partitions;
        var stopped = partitions.Where(p => p.State == KafkaPartitionState.PositionLost).Select(p => $"{p.Topic}/{p.Partition} stands still: {p.LastError}");
        var problems = kafka.Errors.Select(e => $"{e.Key}: {e.Value}").Concat(stopped).ToList();
        var summary = $"{partitions.Count} partitions, {partitions.Sum(p => p.Lag)} records not durable yet";
        return Task.FromResult(kafka.IsHealthy
            ? HealthCheckResult.Healthy(summary)
            : HealthCheckResult.Unhealthy($"{string.Join("; ", problems)} ({summary})"));
    }
}
