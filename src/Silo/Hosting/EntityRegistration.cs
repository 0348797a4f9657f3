using Grains.Entities;
using Grains.Kinds;
using Rules.Coded;
using Silo.Configuration;

namespace Silo.Hosting;

internal static class EntityRegistration
{
    /// <summary>Kinds from configuration, with their rules from files and those that the program has added.</summary>
    public static WebApplicationBuilder AddEntities(this WebApplicationBuilder builder)
    {
        var rules = builder.Read<RulesSettings>("Rules").Path;
        // Kinds are checked before there is a service provider.
        var code = builder.Services.Select(service => service.ImplementationInstance).OfType<KindRule>();
        builder.Services.AddEntities(KindCatalog.Load(builder.Configuration, DirectoryOf(rules), code));
        return builder;
    }

    /// <summary>Where the silo is started, else beside the program.</summary>
    private static string DirectoryOf(string path)
    {
        var here = Path.GetFullPath(path);
        return Directory.Exists(here) ? here : Path.Combine(AppContext.BaseDirectory, path);
    }
}
