using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Silo.Observability;

internal static class ObservabilityRegistration
{
    public static WebApplicationBuilder AddObservability(this WebApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Granary.*", "HBase.*", "Microsoft.Orleans", "System.Runtime")
            // What Orleans counts of each message costs more than the message's own work.
            .AddView(instrument => IsOfMessages(instrument) ? MetricStreamConfiguration.Drop : null)
            .AddPrometheusExporter());
        builder.Services.AddHealthChecks()
            .AddCheck<KafkaHealthCheck>("kafka")
            .AddCheck<HBaseHealthCheck>("hbase");
        return builder;
    }

    private static bool IsOfMessages(Instrument instrument) =>
        instrument.Meter.Name == "Microsoft.Orleans"
        && (instrument.Name.StartsWith("orleans-messaging", StringComparison.Ordinal)
            || instrument.Name.StartsWith("orleans-app-requests", StringComparison.Ordinal)
            || instrument.Name.StartsWith("orleans-scheduler", StringComparison.Ordinal));

    /// <summary><c>/health</c> for load balancers and people, <c>/metrics</c> for Prometheus.</summary>
    public static void MapObservability(this WebApplication app)
    {
        app.MapHealthChecks("/health", new() { ResponseWriter = HealthReportWriter.WriteAsync });
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapGet("/", () => "Granary: /health, /metrics");
    }
}
