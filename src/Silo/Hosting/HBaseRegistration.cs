using HBase.Client;
using HBase.Embedded;
using Silo.Configuration;

namespace Silo.Hosting;

internal static class HBaseRegistration
{
    /// <summary>The store: HBase's masters if they are configured, else the embedded one.</summary>
    public static WebApplicationBuilder AddHBase(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IHBase>(services =>
        {
            var settings = services.GetRequiredService<HBaseSettings>();
            return settings.Masters is { Length: > 0 } masters
                ? new HBaseClient(
                    new HBaseClientOptions { Masters = masters, User = settings.User },
                    services.GetRequiredService<ILoggerFactory>(),
                    services.GetRequiredService<TimeProvider>())
                : new EmbeddedHBase(new EmbeddedHBaseOptions { Path = settings.Path });
        });
        return builder;
    }
}
