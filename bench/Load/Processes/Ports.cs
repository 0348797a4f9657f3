using System.Net;
using System.Net.Sockets;

namespace Load.Processes;

/// <summary>Ports that nobody listens on: others may run servers on this machine too.</summary>
internal static class Ports
{
    /// <summary>A port such that all at those distances from it are free.</summary>
    public static int FreeBase(int from, int[] offsets)
    {
        for (var candidate = from; candidate < from + 5000; candidate += 200)
            if (offsets.All(offset => IsFree(candidate + offset)))
                return candidate;
        throw new BenchException($"no free ports from {from} on");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
