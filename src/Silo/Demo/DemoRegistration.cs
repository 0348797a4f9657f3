using Silo.Configuration;

namespace Silo.Demo;

internal static class DemoRegistration
{
    /// <summary>Demo traffic, on the embedded broker unless it is turned off, elsewhere only when it is turned on.</summary>
    public static WebApplicationBuilder AddDemoTraffic(this WebApplicationBuilder builder)
    {
        if (builder.HasDemoTraffic()) builder.Services.AddHostedService<DemoTraffic>();
        return builder;
    }

    public static bool HasDemoTraffic(this WebApplicationBuilder builder) =>
        builder.Read<DemoSettings>("Demo").Enabled ?? builder.Configuration["Kafka:BootstrapServers"] is null or "";
}
