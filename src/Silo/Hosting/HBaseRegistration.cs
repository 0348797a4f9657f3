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
            var time = services.GetRequiredService<TimeProvider>();
            return settings.Masters is { Length: > 0 } masters
                ? new HBaseClient(
                    new HBaseClientOptions
                    {
                        Masters = masters,
                        User = settings.User,
                        LoggerFactory = services.GetRequiredService<ILoggerFactory>(),
                    },
                    time)
                : new EmbeddedHBase(new EmbeddedHBaseOptions { Path = settings.Path }, time);
        });
        return builder;
    }
}
