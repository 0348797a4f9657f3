using Silo.Configuration;

namespace Silo.Demo;

internal static class DemoRegistration
{
    /// <summary>Demo traffic, on the embedded broker unless it is turned off, elsewhere only when it is turned on.</summary>
    public static WebApplicationBuilder AddDemoTraffic(this WebApplicationBuilder builder)
    {
        var embedded = builder.Configuration["Kafka:BootstrapServers"] is null or "";
        if (builder.Read<DemoSettings>("Demo").Enabled ?? embedded) builder.Services.AddHostedService<DemoTraffic>();
        return builder;
    }
}
