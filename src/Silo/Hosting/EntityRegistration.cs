using Checkpointing;
using Grains.Entities;
using Grains.Kinds;
using Grains.Rules;
using Silo.Configuration;
using Silo.Console;

namespace Silo.Hosting;

internal static class EntityRegistration
{
    /// <summary>Kinds from configuration, with their rules from files.</summary>
    public static WebApplicationBuilder AddEntities(this WebApplicationBuilder builder)
    {
        builder.Services.AddGranaryEntities(builder.Configuration, builder.Environment.ContentRootPath);
        return builder;
    }
}
