using HBase.Client;
using Load;
using Load.Processes;
using TestKit;

namespace HBaseFaults.Load;

/// <summary>
/// The clients of a run, made before any server runs and never again: one that reaches the servers itself, one through a proxy
/// for each of them. Both know a first master that is not there.
/// </summary>
internal sealed class Clients : IAsyncDisposable
{
    public const string Table = "faults";

    private readonly TcpProxy[] _proxies;
    private readonly HBaseClient _direct;
    private readonly HBaseClient _proxied;

    public Clients(HBaseServers servers)
    {
        string[] addresses =
            [servers.Masters, .. Enumerable.Range(1, servers.Count).Select(n => $"localhost:{servers.PortOf(n)}")];
        _proxies = [.. addresses.Select(address => new TcpProxy("localhost", int.Parse(address.Split(':')[1], null)))];
        foreach (var proxy in _proxies) proxy.Start();
        var masters = $"localhost:1,{servers.Masters}";
        _direct = new HBaseClient(new HBaseClientOptions { Masters = masters });
        _proxied = new HBaseClient(new HBaseClientOptions
        {
            Masters = masters,
            AddressMap = addresses.Zip(_proxies).ToDictionary(p => p.First, p => $"localhost:{p.Second.Port}"),
        });
    }

    /// <summary>Of the master and of each region server.</summary>
    public IReadOnlyList<TcpProxy> Proxies => _proxies;

    public IHBaseAdmin Admin => _direct.Admin;

    public ITable Direct => _direct.GetTable(Table);

    public ITable Proxied => _proxied.GetTable(Table);

    /// <summary>Asks with each client whether the table exists, until there is an answer.</summary>
    public Task WaitForServersAsync(Window window, CancellationToken cancellationToken) =>
        Task.WhenAll(AskAsync(_direct, window, cancellationToken), AskAsync(_proxied, window, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await _direct.DisposeAsync();
        await _proxied.DisposeAsync();
        foreach (var proxy in _proxies) await proxy.DisposeAsync();
    }

    private static async Task AskAsync(HBaseClient client, Window window, CancellationToken cancellationToken)
    {
        var done = false;
        while (!done)
        {
            var started = TimeProvider.System.GetTimestamp();
            try
            {
                if (await client.TableExistsAsync(Table, cancellationToken))
                    throw new BenchException("the table is there before it was made");
                done = true;
            }
            catch (HBaseException e)
            {
                window.Now.Failed(e);
            }

            window.Now.Ended(TimeProvider.System.GetElapsedTime(started));
        }
    }
}
