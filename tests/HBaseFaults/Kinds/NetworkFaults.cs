using HBaseFaults.Load;
using Load.Processes;

namespace HBaseFaults.Kinds;

/// <summary>Ten times in 5 s all connections through the proxies are cut.</summary>
internal sealed class CutConnections : IFault
{
    public string Kind => "connection-cut";

    public async Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 10; i++)
        {
            foreach (var proxy in clients.Proxies) proxy.Cut();
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
        }
    }
}

/// <summary>Of each region server's next answer, and of the next request to it, half comes through; five times.</summary>
internal sealed class BreakFrames : IFault
{
    public string Kind => "half-frame";

    public async Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 5; i++)
        {
            foreach (var answer in (bool[])[true, false])
            {
                // A server without regions has nothing to say.
                var broken = clients.Proxies.Skip(1).Select(proxy => proxy.BreakOff(answer)).ToArray();
                await Task.WhenAny(broken).WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
            }
        }

        foreach (var proxy in clients.Proxies) proxy.LetThrough();
    }
}
