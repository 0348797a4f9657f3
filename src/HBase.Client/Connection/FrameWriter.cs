using System.Threading.Channels;

namespace HBase.Client.Connection;

/// <summary>
/// Writes the frames of calls in their order. Who adds one while nobody writes is the writer, so that a lone call reaches the
/// socket without another thread; what is added meanwhile is joined and written by the pool.
/// </summary>
/// <param name="broken">Called with what went wrong; from then on frames are dropped.</param>
internal sealed class FrameWriter(Stream stream, Action<Exception> broken, CancellationToken stopped)
{
    /// <summary>Calls that wait for the writer at most.</summary>
    public const int MaxWaiting = 1024;

    private const int CoalesceBytes = 64 * 1024;

    // Full only when the server does not read; then callers wait, within their time-out. Read by whoever has set _busy.
    private readonly Channel<PendingCall> _queue = Channel.CreateBounded<PendingCall>(MaxWaiting);
    private readonly byte[] _buffer = new byte[CoalesceBytes];
    private int _busy;

    public int Waiting => _queue.Reader.Count;

    /// <summary>False when the queue is full or complete. The frame belongs to the writer from here on.</summary>
    public bool TryAdd(PendingCall call)
    {
        if (!_queue.Writer.TryWrite(call)) return false;
        WriteUnlessBusy();
        return true;
    }

    /// <summary>Waits for room.</summary>
    /// <exception cref="ChannelClosedException">The queue is complete; the frame is still the caller's.</exception>
    public async ValueTask AddAsync(PendingCall call, CancellationToken cancellationToken)
    {
        await _queue.Writer.WriteAsync(call, cancellationToken).ConfigureAwait(false);
        WriteUnlessBusy();
    }

    /// <summary>Takes no more calls.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    private void WriteUnlessBusy()
    {
        if (Interlocked.Exchange(ref _busy, 1) == 0) _ = WriteAllAsync();
    }

    // Never throws.
    private async Task WriteAllAsync()
    {
        while (true)
        {
            try
            {
                await WriteSomeAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                broken(e);
            }

            Interlocked.Exchange(ref _busy, 0);
            // Who added a call before that line has found the writer busy, and relies on it.
            if (!_queue.Reader.TryPeek(out _) || Interlocked.Exchange(ref _busy, 1) != 0) return;
            // The first caller has written its own frame, and is not to be kept by those of others.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    // One write: as many frames as the buffer takes, or one that is larger.
    private async Task WriteSomeAsync()
    {
        var used = 0;
        while (_queue.Reader.TryPeek(out var next) && (used == 0 || next.Frame.Frame.Length <= _buffer.Length - used))
        {
            _queue.Reader.TryRead(out _);
            using var frame = next.Frame;
            if (!next.TryBeginWrite()) continue;
            if (frame.Frame.Length > _buffer.Length)
            {
                await stream.WriteAsync(frame.Frame, stopped).ConfigureAwait(false);
                return;
            }

            frame.Frame.CopyTo(_buffer.AsMemory(used));
            used += frame.Frame.Length;
        }

        if (used > 0) await stream.WriteAsync(_buffer.AsMemory(0, used), stopped).ConfigureAwait(false);
    }
}
