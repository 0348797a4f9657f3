namespace HBase.Client.Operations;

/// <summary>
/// Bounds the bytes of all operations that wait or are under way. Callers above the bound wait, first come first served.
/// One operation larger than the bound passes when nothing else is there.
/// </summary>
internal sealed class QueueGate(long maxBytes)
{
    // Guards the two fields below.
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private long _used;

    public long UsedBytes => Volatile.Read(ref _used);

    /// <summary>Completed at once when there is room.</summary>
    public ValueTask EnterAsync(int bytes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_waiters.Count == 0 && Fits(bytes))
            {
                _used += bytes;
                return ValueTask.CompletedTask;
            }

            var node = _waiters.AddLast(new Waiter(bytes));
            return new ValueTask(WaitAsync(node, cancellationToken));
        }
    }

    public void Leave(int bytes)
    {
        List<Waiter>? admitted = null;
        lock (_lock)
        {
            _used -= bytes;
            AdmitWaiters(ref admitted);
        }

        Wake(admitted);
    }

    private static void Wake(List<Waiter>? admitted)
    {
        if (admitted is null) return;
        foreach (var waiter in admitted) waiter.SetResult();
    }

    private async Task WaitAsync(LinkedListNode<Waiter> node, CancellationToken cancellationToken)
    {
        try
        {
            await node.Value.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            List<Waiter>? admitted = null;
            lock (_lock)
            {
                // Cancelled after it was let in: give the room back. Either way the next ones may fit now.
                if (node.List is null) _used -= node.Value.Bytes;
                else _waiters.Remove(node);
                AdmitWaiters(ref admitted);
            }

            Wake(admitted);
            throw;
        }
    }

    private void AdmitWaiters(ref List<Waiter>? admitted)
    {
        while (_waiters.First is { } first && Fits(first.Value.Bytes))
        {
            _waiters.RemoveFirst();
            _used += first.Value.Bytes;
            (admitted ??= []).Add(first.Value);
        }
    }

    private bool Fits(int bytes) => _used == 0 || _used + bytes <= maxBytes;

    private sealed class Waiter(int bytes) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Bytes { get; } = bytes;
    }
}
