using System.Text;
using System.Threading.Channels;
using Grains.Interfaces;

namespace Client.Producing;

/// <summary>Sends a batch; complete when the broker has acknowledged all of it.</summary>
internal delegate ValueTask SendBatch(IReadOnlyList<ProducedEvent> batch, CancellationToken cancellationToken);

/// <summary>
/// Sends events in batches, one after the other: while one is in flight the next events gather. A slow source therefore gets
/// each event sent at once and a fast one gets full batches, and events keep their order, not only those of one key. What is
/// acknowledged is always a beginning of the input, so a caller that fails knows where to go on. Several batches in flight,
/// one for each of several hashes of keys, would give that up and gain little: at 5 ms a batch one in flight carries more
/// than a silo takes (<c>EventProducerTests.One_batch_in_flight_is_measured</c>).
/// </summary>
internal sealed class EventProducer(ProduceOptions options, SendBatch send, Action<long>? acknowledged = null)
{
    private long _acknowledged;

    /// <summary>Bounded to two batches; when it is full the source is not read on.</summary>
    private readonly Channel<ProducedEvent> _gathered = Channel.CreateBounded<ProducedEvent>(
        new BoundedChannelOptions(options.BatchEvents * 2) { SingleReader = true, SingleWriter = true });

    /// <summary>Runs once.</summary>
    public async Task<long> RunAsync(IAsyncEnumerable<ProducedEvent> events, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The source may be read synchronously, a file for one, and must not keep batches from being sent.
        // It ends with the channel, and never fails. When sending fails it is told to stop but not waited for: a terminal's
        // input cannot be cancelled.
        _ = Task.Run(() => ReadAsync(events, stop.Token), CancellationToken.None);
        try
        {
            await SendAllAsync(cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
        }

        return _acknowledged;
    }

    private async Task ReadAsync(IAsyncEnumerable<ProducedEvent> events, CancellationToken cancellationToken)
    {
        Exception? error = null;
        try
        {
            await foreach (var item in events.WithCancellation(cancellationToken))
            {
                if (!_gathered.Writer.TryWrite(item))
                    await _gathered.Writer.WriteAsync(item, cancellationToken);
            }
        }
        catch (Exception thrown)
        {
            error = thrown; // to the reader of the channel, after the events before it
        }

        _gathered.Writer.Complete(error);
    }

    private async Task SendAllAsync(CancellationToken cancellationToken)
    {
        while (await _gathered.Reader.WaitToReadAsync(cancellationToken))
        {
            var batch = TakeBatch();
            try
            {
                await send(batch, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw Failed(batch, e);
            }

            _acknowledged += batch.Count;
            acknowledged?.Invoke(_acknowledged);
        }
    }

    private List<ProducedEvent> TakeBatch()
    {
        var batch = new List<ProducedEvent>(Math.Min(_gathered.Reader.Count, options.BatchEvents));
        long bytes = 0;
        while (batch.Count < options.BatchEvents && _gathered.Reader.TryPeek(out var next))
        {
            bytes += next.Value.Length + (next.Key is null ? 0 : Encoding.UTF8.GetByteCount(next.Key));
            if (bytes > options.BatchBytes && batch.Count > 0)
                break;
            _gathered.Reader.TryRead(out next);
            batch.Add(next);
        }

        return batch;
    }

    private ProduceException Failed(List<ProducedEvent> batch, Exception error)
    {
        // A gateway that does not serve the topic has sent nothing.
        var unknown = error is ArgumentException ? 0 : batch.Count;
        var outcome = unknown == 0 ? "nothing more was sent" : $"the outcome of the {unknown} after them is unknown";
        return new ProduceException(
            $"{_acknowledged} events are acknowledged, {outcome}: {error.Message}", _acknowledged, unknown, error);
    }
}
