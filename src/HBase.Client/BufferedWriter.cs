using System.Threading.Channels;
using HBase.Client.Operations;

namespace HBase.Client;

/// <summary>
/// Writes mutations behind the caller's back, with bounded memory: while one batch is under way the next one gathers, and who
/// adds to a full buffer waits. A batch is done before the next one starts, so a later mutation of a row is applied later
/// unless both are in one batch. All members may be called concurrently. Disposing flushes.
/// </summary>
public sealed class BufferedWriter : IAsyncDisposable
{
    private const int Overhead = 64;

    // Bounded by the gate, in bytes.
    private readonly Channel<Entry> _waiting = Channel.CreateUnbounded<Entry>(new() { SingleReader = true });
    private readonly QueueGate _gate;
    private readonly ITable _table;
    private readonly Action<Mutation, HBaseException> _failed;
    private readonly long _maxBatchBytes;
    private readonly Task _loop;
    private Exception? _fault;

    /// <param name="table">Where to write.</param>
    /// <param name="failed">
    /// Called for each mutation that failed, one at a time, in no order. If it throws, the writer stops, and its members throw.
    /// </param>
    /// <param name="maxBufferedBytes">
    /// Bytes of the mutations that wait or are under way, approximately, at most; one larger mutation goes alone.
    /// </param>
    public BufferedWriter(ITable table, Action<Mutation, HBaseException> failed, long maxBufferedBytes = 8 * 1024 * 1024)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(failed);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBufferedBytes, 1);
        (_table, _failed, _maxBatchBytes) = (table, failed, Math.Max(1, maxBufferedBytes / 2));
        _gate = new QueueGate(maxBufferedBytes);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Takes the mutation; waits while the buffer is full.</summary>
    /// <exception cref="InvalidOperationException">The writer has stopped; the inner exception says why.</exception>
    public async ValueTask AddAsync(Mutation mutation, CancellationToken cancellationToken = default)
    {
        Validation.Check(mutation);
        var entry = new Entry(mutation, Overhead + MutationSize.Of(mutation), null);
        await _gate.EnterAsync(entry.Bytes, cancellationToken).ConfigureAwait(false);
        if (_waiting.Writer.TryWrite(entry)) return;
        _gate.Leave(entry.Bytes);
        throw Stopped();
    }

    /// <summary>Waits until all that was added before is durable or was reported as failed.</summary>
    /// <exception cref="InvalidOperationException">The writer has stopped; the inner exception says why.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_waiting.Writer.TryWrite(new Entry(null, 0, flushed))) throw Stopped();
        await flushed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what was added. Throws what has stopped the writer, if anything has.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var taken = new List<Entry>();
        try
        {
            while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                Take(taken);
                await WriteAsync([.. taken.Where(e => e.Mutation is not null).Select(e => e.Mutation!)]).ConfigureAwait(false);
                foreach (var entry in taken) Release(entry);
                taken.Clear();
            }
        }
        catch (Exception e)
        {
            _fault = e;
            _waiting.Writer.TryComplete();
            foreach (var entry in taken) Release(entry);
            while (_waiting.Reader.TryRead(out var entry)) Release(entry);
            throw;
        }
    }

    private void Take(List<Entry> taken)
    {
        for (var bytes = 0L; bytes < _maxBatchBytes && _waiting.Reader.TryRead(out var entry); bytes += entry.Bytes)
            taken.Add(entry);
    }

    private async Task WriteAsync(Mutation[] mutations)
    {
        if (mutations.Length == 0) return;
        var errors = await ErrorsAsync(mutations).ConfigureAwait(false);
        for (var i = 0; i < mutations.Length; i++)
        {
            if (errors[i] is { } error) _failed(mutations[i], error);
        }
    }

    private async Task<IReadOnlyList<HBaseException?>> ErrorsAsync(Mutation[] mutations)
    {
        try
        {
            return await _table.MutateAsync(mutations).ConfigureAwait(false);
        }
        catch (HBaseException e)
        {
            return [.. Enumerable.Repeat(e, mutations.Length)];
        }
    }

    private void Release(Entry entry)
    {
        if (entry.Mutation is not null) _gate.Leave(entry.Bytes);
        else if (_fault is null) entry.Flushed!.SetResult();
        else entry.Flushed!.SetException(Stopped());
    }

    private Exception Stopped() => _fault is { } fault
        ? new InvalidOperationException($"The writer has stopped: {fault.Message}", fault)
        : new ObjectDisposedException(nameof(BufferedWriter));

    /// <summary>A mutation, or who waits for those before.</summary>
    private readonly record struct Entry(Mutation? Mutation, int Bytes, TaskCompletionSource? Flushed);
}
