using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HBase.Client.Routing;

/// <summary>Host and port of one server process.</summary>
internal readonly record struct ServerAddress(string Host, int Port)
{
    // Each operation looks for its server's lanes.
    private readonly int _hash = HashCode.Combine(Host, Port);

    public override int GetHashCode() => _hash;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    public static bool TryParse(string text, out ServerAddress address)
    {
        var colon = text.LastIndexOf(':');
        var valid = int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && colon > 0 && port is > 0 and < 65536;
        address = valid ? new ServerAddress(text[..colon], port) : default;
        return valid;
    }

    public static bool TryParseList(string text, [NotNullWhen(true)] out ServerAddress[]? addresses)
    {
        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        addresses = new ServerAddress[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!TryParse(parts[i], out addresses[i])) return false;
        }

        return parts.Length > 0;
    }
}
