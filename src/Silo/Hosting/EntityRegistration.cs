using Grains.Entities;
using Grains.Kinds;
using Silo.Configuration;

namespace Silo.Hosting;

internal static class EntityRegistration
{
    /// <summary>Kinds from configuration, with their rules from files.</summary>
    public static WebApplicationBuilder AddEntities(this WebApplicationBuilder builder)
    {
        var rules = builder.Read<RulesSettings>("Rules").Path;
        var directory = Path.Combine(builder.Environment.ContentRootPath, rules);
        builder.Services.AddEntities(KindCatalog.Load(builder.Configuration, directory));
        return builder;
    }
}
