using System.Globalization;

namespace Grains.Kinds;

/// <summary>
/// The type of a configured entity's state, kept beside it: <c>fields/2</c>, the version of the format, and after a further slash
/// the version of the rules that it was last judged by, which its bytes are read with.
/// </summary>
internal static class EntityStateType
{
    private const string Format = "fields/2";

    public static string Of(long rules) => rules == 0 ? Format : string.Create(CultureInfo.InvariantCulture, $"{Format}/{rules}");

    /// <summary>The version of the rules; 0: none was stored.</summary>
    public static long RulesOf(string type) =>
        type.StartsWith(Format + "/", StringComparison.Ordinal)
            && long.TryParse(type.AsSpan(Format.Length + 1), CultureInfo.InvariantCulture, out var version)
                ? version
                : 0;
}
