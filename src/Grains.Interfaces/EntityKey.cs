namespace Grains.Interfaces;

/// <summary>
/// An entity's grain key: <c>kind/key</c>. The kind holds no slash; the key is any text, slashes included.
/// </summary>
/// <param name="Kind">The kind, as the configuration or <c>[Entity]</c> names it.</param>
/// <param name="Key">The entity within its kind.</param>
[GenerateSerializer, Immutable, Alias("granary.EntityKey")]
public readonly record struct EntityKey([property: Id(0)] string Kind, [property: Id(1)] string Key)
{
    /// <summary>The grain key of an entity.</summary>
    /// <exception cref="ArgumentException">The kind is empty or holds a slash, or the key is empty.</exception>
    public static string Of(string kind, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (kind.Contains('/'))
            throw new ArgumentException($"The kind '{kind}' holds a slash.", nameof(kind));
        return string.Concat(kind, "/", key);
    }

    /// <summary>The kind and key of a grain key.</summary>
    /// <exception cref="FormatException">It is not <c>kind/key</c>.</exception>
    public static EntityKey Parse(string grainKey) => TryParse(grainKey, out var parsed)
        ? parsed
        : throw new FormatException($"'{grainKey}' is not an entity's grain key: expected kind/key.");

    /// <summary>The kind and key of a grain key; false when it is not <c>kind/key</c>.</summary>
    public static bool TryParse(string? grainKey, out EntityKey parsed)
    {
        var slash = grainKey?.IndexOf('/') ?? -1;
        if (slash <= 0 || slash == grainKey!.Length - 1)
        {
            parsed = default;
            return false;
        }

        parsed = new EntityKey(grainKey[..slash], grainKey[(slash + 1)..]);
        return true;
    }

    public override string ToString() => $"{Kind}/{Key}";
}
