using Microsoft.Extensions.DependencyInjection;

namespace HBase.GrainStorage.Hosting;

/// <summary>Which HBase a provider uses: the one registered under its name, else the one without a name.</summary>
internal static class HBaseServices
{
    public static IHBase GetHBase(this IServiceProvider services, string name) =>
        services.GetKeyedService<IHBase>(name) ?? services.GetRequiredService<IHBase>();

    /// <summary>Whether there is one, without creating it.</summary>
    public static bool HasHBase(this IServiceProvider services, string name) =>
        services.GetService<IServiceProviderIsKeyedService>() is not { } registered
        || registered.IsKeyedService(typeof(IHBase), name) || registered.IsService(typeof(IHBase));
}
