using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace Grains.Kinds;

/// <summary>All configured kinds.</summary>
public sealed class KindCatalog
{
    /// <summary>The configuration section of the kinds.</summary>
    public const string Section = "Kinds";

    private readonly Dictionary<string, EntityKind> _kinds;

    internal KindCatalog(IEnumerable<EntityKind> kinds) =>
        _kinds = kinds.ToDictionary(k => k.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<EntityKind> Kinds => _kinds.Values;

    /// <summary>Reads the section <c>Kinds</c> and the rules in <paramref name="rulesDirectory"/>.</summary>
    /// <param name="rulesDirectory">Where <c>*.yaml</c> files are; null or absent: no rules.</param>
    /// <exception cref="Orleans.Runtime.OrleansConfigurationException">Something is wrong; the message names all of it.</exception>
    public static KindCatalog Load(IConfiguration configuration, string? rulesDirectory) => throw new NotImplementedException();

    /// <summary>The kind of that name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out EntityKind? kind) => _kinds.TryGetValue(name, out kind);
}
