using OpenTelemetry.Metrics;

namespace Silo.Observability;

internal static class ObservabilityRegistration
{
    public static WebApplicationBuilder AddObservability(this WebApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Granary.*", "Microsoft.Orleans", "System.Runtime")
            .AddPrometheusExporter());
        builder.Services.AddHealthChecks()
            .AddCheck<KafkaHealthCheck>("kafka")
            .AddCheck<HBaseHealthCheck>("hbase");
        return builder;
    }

    /// <summary><c>/health</c> for load balancers and people, <c>/metrics</c> for Prometheus.</summary>
    public static void MapObservability(this WebApplication app)
    {
        app.MapHealthChecks("/health", new() { ResponseWriter = HealthReportWriter.WriteAsync });
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapGet("/", () => "Granary: /health, /metrics");
    }
}
