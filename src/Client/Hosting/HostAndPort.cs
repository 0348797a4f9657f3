using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Client.Hosting;

/// <summary>Where a server listens, as people write it: <c>host:port</c>, <c>[::1]:port</c>.</summary>
internal sealed record HostAndPort(string Host, int Port)
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out HostAndPort? parsed)
    {
        parsed = null;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text![..colon].Trim();
        if (host is ['[', .. var address, ']'])
            host = address;
        else if (host.Contains(':', StringComparison.Ordinal))
            return false;
        if (port is < 1 or > 65535 || Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return false;
        parsed = new HostAndPort(host, port);
        return true;
    }

    /// <summary>The host's addresses, empty when it is unknown; IPv4 first, for silos listen there unless told otherwise.</summary>
    public IReadOnlyList<IPEndPoint> Resolve()
    {
        if (IPAddress.TryParse(Host, out var address))
            return [new IPEndPoint(address, Port)];
        try
        {
            return [.. Dns.GetHostAddresses(Host)
                .OrderBy(found => found.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
                .Select(found => new IPEndPoint(found, Port))];
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
