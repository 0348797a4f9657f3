using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Silo.Observability;

/// <summary>A health report as JSON: the status of the whole and of each part, with the reason.</summary>
internal static class HealthReportWriter
{
    public static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.ToDictionary(
            entry => entry.Key,
            entry => new { status = entry.Value.Status.ToString(), reason = entry.Value.Description }),
    });
}
