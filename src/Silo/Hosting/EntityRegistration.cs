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
        builder.Services.AddEntities(KindCatalog.Load(builder.Configuration, DirectoryOf(rules)));
        return builder;
    }

    /// <summary>Where the silo is started, else beside the program.</summary>
    private static string DirectoryOf(string path)
    {
        var here = Path.GetFullPath(path);
        return Directory.Exists(here) ? here : Path.Combine(AppContext.BaseDirectory, path);
    }
}
