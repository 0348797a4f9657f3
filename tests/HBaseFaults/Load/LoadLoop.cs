using HBase.Client;
using Load;
using TestKit;

namespace HBaseFaults.Load;

/// <summary>All writers, half of them by each client.</summary>
internal sealed class LoadLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CommitChain[] _chains = LoadPlan.CreateChains();
    private readonly List<Writer> _writers = [];
    private readonly Task _loops;

    public LoadLoop(Clients clients, Window window, long rate, Random random)
    {
        var turn = TimeSpan.FromSeconds(LoadPlan.OperationsOfTurn / (double)rate);
        ITable TableOf(int writer) => writer % 2 == 0 ? clients.Direct : clients.Proxied;
        for (var i = 0; i < LoadPlan.Workers; i++)
            _writers.Add(new RowWriter(window, turn, TableOf(i), i, new Random(random.Next())));
        for (var i = 0; i < LoadPlan.Chains * LoadPlan.WritersOfChain; i++)
            _writers.Add(new ChainWriter(window, turn, TableOf(i / LoadPlan.Chains), _chains[i % LoadPlan.Chains]));
        // Those of a chain begin together: they are to get in each other's way.
        _loops = Task.WhenAll(_writers.Select(
            (writer, i) => writer.RunAsync(turn * (i % LoadPlan.Chains / (double)LoadPlan.Chains), _stop.Token)));
    }

    /// <summary>Waits until every writer has read back all that it has written.</summary>
    /// <returns>How many have not in that time.</returns>
    public async Task<int> RecoverAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        foreach (var writer in _writers) writer.AskToVerify();
        var started = TimeProvider.System.GetTimestamp();
        int left;
        while ((left = _writers.Count(writer => !writer.HasVerified)) > 0)
        {
            if (_loops.IsFaulted) await _loops;
            if (TimeProvider.System.GetElapsedTime(started) > limit) break;
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        return left;
    }

    /// <summary>Lets what is under way end.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loops.ContinueWith(_ => { }, TaskScheduler.Default);
        if (_loops.IsFaulted) await _loops;
    }

    /// <summary>Reads the chains of commits, when nobody writes any more.</summary>
    /// <exception cref="BenchException">They cannot be read.</exception>
    public async Task VerifyChainsAsync(ITable table, Tally tally)
    {
        try
        {
            foreach (var chain in _chains)
            {
                var (lost, wrong) = await chain.VerifyAsync(table);
                foreach (var what in lost) tally.WasLost(what);
                foreach (var what in wrong) tally.WasWrong(what);
            }
        }
        catch (HBaseException e)
        {
            throw new BenchException($"the chains of commits cannot be read back: {e.Message}");
        }

        await Console.Error.WriteLineAsync($"chains of {string.Join(' ', _chains.Select(chain => chain.Done))} commits were read back");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
