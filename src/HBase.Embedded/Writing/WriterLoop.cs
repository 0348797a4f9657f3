using System.Threading.Channels;
using HBase.Client;
using HBase.Embedded.Storage;

namespace HBase.Embedded.Writing;

/// <summary>
/// The one writer. While a synced write is under way the next calls gather in the queue and then share one: the cost of
/// a sync is paid once a group, and a lone call pays for no timer. The queue is bounded; a caller that finds it full
/// waits asynchronously. A thread of its own, because RocksDB blocks it.
/// </summary>
internal sealed class WriterLoop
{
    private readonly Store _store;
    private readonly TimeProvider _clock;
    private readonly EmbeddedHBaseOptions _options;
    private readonly Channel<WriteRequest> _queue;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KeyWriter _key = new();
    private readonly List<WriteRequest> _taken = [];

    public WriterLoop(Store store, TimeProvider clock, EmbeddedHBaseOptions options)
    {
        (_store, _clock, _options) = (store, clock, options);
        _queue = Channel.CreateBounded<WriteRequest>(
            new BoundedChannelOptions(options.QueueLength)
            { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        new Thread(Run) { IsBackground = true, Name = "HBase.Embedded writer" }.Start();
    }

    /// <summary>
    /// Answers when the request is durable. The token ends only the wait for a place in the queue: what is queued
    /// will be written, and its caller is to learn how it went.
    /// </summary>
    public async ValueTask<T> SubmitAsync<T>(WriteRequest<T> request, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(EmbeddedHBase));
        }

        return await request.Answer.ConfigureAwait(false);
    }

    /// <summary>Takes no more requests, writes those that are queued, and ends.</summary>
    public Task StopAsync()
    {
        _queue.Writer.TryComplete();
        return _ended.Task;
    }

    private void Run()
    {
        while (WaitForRequest()) WriteGroup();
        _ended.SetResult();
    }

    private bool WaitForRequest()
    {
        var waiting = _queue.Reader.WaitToReadAsync();
        // This thread has nothing else to do.
        return waiting.IsCompleted ? waiting.GetAwaiter().GetResult() : waiting.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Never throws: an error is the answer to the requests of the group, and the loop goes on.</summary>
    private void WriteGroup()
    {
        _taken.Clear();
        var written = false;
        try
        {
            using var group = new WriteGroup(_store, _clock, _key);
            Gather(group);
            written = true;
            group.Commit();
        }
        catch (Exception e)
        {
            HBaseException error = written
                ? new HBaseOutcomeUnknownException($"The embedded store failed to write: {e.Message}", e)
                : new HBaseException($"The embedded store failed, and wrote nothing: {e.Message}", e);
            foreach (var request in _taken) request.Fail(error);
            return;
        }

        foreach (var request in _taken) request.Complete();
    }

    private void Gather(WriteGroup group)
    {
        var bytes = 0L;
        while (_taken.Count < _options.MaxGroupCalls && bytes < _options.MaxGroupBytes
            && _queue.Reader.TryPeek(out var next) && !(next.Alone && _taken.Count > 0))
        {
            _queue.Reader.TryRead(out var request);
            _taken.Add(request!);
            request!.Apply(group);
            if (request.Alone) return;
            bytes += request.Bytes;
        }
    }
}
