using Xunit;
using static HBase.Client.Tests.RealServer.RealTable;

namespace HBase.Client.Tests.RealServer;

/// <summary>The client's own threads run its callers' code.</summary>
public sealed class BlockingCallerTests(RealTable real) : IClassFixture<RealTable>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => real.StartAsync();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Callers_that_block_the_threads_of_their_answers_hold_up_no_other()
    {
        var table = real.Table;
        await table.MutateAsync(PutOf("blocking", 1));
        using var released = new ManualResetEventSlim();
        // Not here: an answer that is very fast finds nobody waiting yet.
        var blocked = Task.Run(BlockAsync);
        try
        {
            // Of the same lane, of another one, and a scan.
            Assert.Equal(1, await ValueAsync(table, "blocking").WaitAsync(TimeSpan.FromSeconds(30)));
            await table.MutateAsync(PutOf("blocking", 2)).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            await foreach (var row in table.ScanAsync(Scan.Prefix(B("blocking")))) Assert.Single(row.Cells);
            Assert.False(blocked.IsCompleted);
        }
        finally
        {
            released.Set();
        }

        await blocked;

        async Task BlockAsync()
        {
            await table.GetAsync(new Get(B("blocking"))).ConfigureAwait(false);
            released.Wait();
        }
    }
}
