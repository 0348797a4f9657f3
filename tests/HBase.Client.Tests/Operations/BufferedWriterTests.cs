using Xunit;

namespace HBase.Client.Tests.Operations;

public sealed class BufferedWriterTests
{
    private readonly List<(Mutation Mutation, HBaseException Error)> _failed = [];

    [Fact]
    public async Task Who_adds_to_a_full_buffer_waits_until_a_batch_is_done()
    {
        var table = new StalledTable();
        await using var writer = new BufferedWriter(table, (m, e) => _failed.Add((m, e)), maxBufferedBytes: 1000);
        await writer.AddAsync(Put(200));
        var batch = await table.NextAsync();
        Assert.Single(batch.Mutations);

        // About 300 bytes each, of 1000.
        await writer.AddAsync(Put(200));
        await writer.AddAsync(Put(200));
        var waiting = writer.AddAsync(Put(200)).AsTask();
        Assert.False(waiting.IsCompleted);
        using var cancelled = new CancellationTokenSource();
        var impatient = writer.AddAsync(Put(200), cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);

        batch.Answer.SetResult([null]);
        await waiting;
        var written = 0;
        while (written < 3)
        {
            batch = await table.NextAsync();
            written += batch.Mutations.Count;
            batch.Answer.SetResult(new HBaseException?[batch.Mutations.Count]);
        }

        Assert.Equal(3, written);
        Assert.Empty(_failed);
    }

    [Fact]
    public async Task A_flush_waits_for_what_was_added_before_and_errors_are_reported()
    {
        var table = new StalledTable();
        await using var writer = new BufferedWriter(table, (m, e) => _failed.Add((m, e)));
        await writer.FlushAsync();
        var (first, second) = (Put(1), Put(2));
        await writer.AddAsync(first);
        var batch = await table.NextAsync();
        await writer.AddAsync(second);
        var flush = writer.FlushAsync().AsTask();
        batch.Answer.SetResult([new HBaseRefusedException("no")]);
        batch = await table.NextAsync();
        Assert.False(flush.IsCompleted);
        batch.Answer.SetException(new HBaseUnavailableException("away"));
        await flush;
        Assert.Equal([first, second], _failed.Select(f => f.Mutation));
        Assert.Equal(["no", "away"], _failed.Select(f => f.Error.Message));
    }

    [Fact]
    public async Task Disposing_writes_what_was_added()
    {
        var table = new StalledTable();
        var writer = new BufferedWriter(table, (m, e) => _failed.Add((m, e)));
        await writer.AddAsync(Put(1));
        var disposing = writer.DisposeAsync().AsTask();
        var batch = await table.NextAsync();
        Assert.False(disposing.IsCompleted);
        batch.Answer.SetResult([null]);
        await disposing;
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await writer.AddAsync(Put(1)));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await writer.FlushAsync());
    }

    [Fact]
    public async Task A_writer_that_has_stopped_says_why_to_all_who_wait()
    {
        var table = new StalledTable();
        var writer = new BufferedWriter(table, (_, _) => throw new FormatException("mine"), maxBufferedBytes: 100);
        await writer.AddAsync(Put(200));
        var batch = await table.NextAsync();
        var waiting = writer.AddAsync(Put(200)).AsTask();
        var flush = writer.FlushAsync().AsTask();
        batch.Answer.SetResult([new HBaseRefusedException("no")]);
        foreach (var stopped in (Task[])[waiting, flush])
        {
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => stopped);
            Assert.IsType<FormatException>(error.InnerException);
        }

        await Assert.ThrowsAsync<FormatException>(async () => await writer.DisposeAsync());
    }

    private static Put Put(int bytes) => new Put("r"u8.ToArray()).Add("f"u8.ToArray(), "q"u8.ToArray(), new byte[bytes]);
}
