namespace HBase.Embedded.Storage;

/// <summary>
/// Lets reads in until it is closed, and tells when the last one has left: a native handle must not be freed under a
/// read.
/// </summary>
internal sealed class Gate
{
    private const long Closed = 1L << 62;

    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many are inside, and <see cref="Closed"/>.</summary>
    private long _state;

    public Pass Enter()
    {
        var state = Interlocked.Increment(ref _state);
        if ((state & Closed) == 0) return new Pass(this);
        Leave();
        throw new ObjectDisposedException(nameof(EmbeddedHBase));
    }

    public Task CloseAsync()
    {
        var before = Interlocked.Or(ref _state, Closed);
        if (before is 0 or Closed) _empty.TrySetResult();
        return _empty.Task;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _state) == Closed) _empty.TrySetResult();
    }

    internal readonly struct Pass(Gate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
