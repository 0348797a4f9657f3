using HBase.Client;
using TestKit;

namespace HBaseFaults.Load;

/// <summary>Contends with others for one row by commits; of eight one is stale, so that groups hold some that must fail.</summary>
internal sealed class ChainWriter(Window window, TimeSpan turn, ITable table, CommitChain chain) : Writer(window, turn)
{
    private int _step;

    protected override async Task StepAsync()
    {
        if (++_step % 8 != 0) await TryAsync(() => chain.CommitAsync(table));
        else await TryAsync(StaleAsync);
    }

    // The whole chain is read at the end, when nobody writes.
    protected override async Task<bool> VerifyAsync() => await TryAsync(() => chain.CommitAsync(table)) is null;

    private async Task StaleAsync()
    {
        if (await chain.CommitStaleAsync(table)) Tally.WasWrong("a commit whose condition never holds was done");
    }
}
