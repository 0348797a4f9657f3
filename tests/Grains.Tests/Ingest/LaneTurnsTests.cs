using System.Collections.Concurrent;
using Grains.Ingest;
using Microsoft.Extensions.Options;

namespace Grains.Tests.Ingest;

public sealed class LaneTurnsTests
{
    private readonly LaneTurns _turns = new(Options.Create(new IngestOptions { MaxWorkingLanes = 2 }));

    [Fact]
    public async Task Who_waits_gets_its_turn_in_order_when_another_ends()
    {
        Assert.True(_turns.TryBegin());
        await _turns.BeginAsync();
        Assert.False(_turns.TryBegin());

        var (third, fourth) = (_turns.BeginAsync(), _turns.BeginAsync());
        Assert.False(third.IsCompleted);
        _turns.End();
        await third;
        Assert.False(fourth.IsCompleted);
        _turns.End();
        await fourth;

        _turns.End();
        Assert.True(_turns.TryBegin());
        Assert.False(_turns.TryBegin());
    }

    [Fact]
    public async Task No_more_run_at_once_than_may_and_all_come_to_their_turn()
    {
        var running = 0;
        var counts = new ConcurrentBag<int>();

        await Parallel.ForAsync(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) =>
        {
            await _turns.BeginAsync();
            counts.Add(Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            _turns.End();
        });

        Assert.Equal(2000, counts.Count);
        Assert.InRange(counts.Max(), 1, 2);
    }
}
