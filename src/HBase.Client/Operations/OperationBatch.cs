using System.Threading.Tasks.Sources;

namespace HBase.Client.Operations;

/// <summary>Done when so many operations are: their caller is woken up once.</summary>
internal sealed class OperationBatch(int count) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private int _left = count;

    public ValueTask Done => new(this, _core.Version);

    public void Signal() => Release(runsCallerHere: false);

    /// <summary>Not done before <see cref="Release"/>; false when it is done already.</summary>
    public bool TryHold()
    {
        for (var left = Volatile.Read(ref _left); left > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _left, left + 1, left);
            if (seen == left) return true;
            left = seen;
        }

        return false;
    }

    /// <param name="runsCallerHere">Its caller goes on on this thread, if all operations are done by now.</param>
    public void Release(bool runsCallerHere)
    {
        if (Interlocked.Decrement(ref _left) != 0) return;
        _core.RunContinuationsAsynchronously = !runsCallerHere;
        _core.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
