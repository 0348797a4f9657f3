namespace Grains.Kinds;

/// <summary>Finds what is wrong with a kind's options.</summary>
public static class KindOptionsValidator
{
    /// <summary>One sentence for each error, each with its configuration key; empty when all is well.</summary>
    public static IReadOnlyList<string> Validate(string kind, KindOptions options) => [];
}
