using System.Threading.Tasks.Sources;
using HBase.Client.Connection;
using HBase.Client.Routing;

namespace HBase.Client.Operations;

/// <summary>Which of a server's lanes carries an operation.</summary>
internal enum LaneKind
{
    Reads,
    Writes,
    Commits,
}

/// <summary>One operation on one row from the caller's call to its result, through all attempts.</summary>
internal abstract class Operation(TableRoute table, ReadOnlyMemory<byte> row, Deadline deadline)
{
    /// <summary>What an operation costs beside its own bytes, about.</summary>
    protected const int Overhead = 64;

    private CancellationTokenRegistration _registration;
    private QueueGate? _gate;
    private int _done;

    public TableRoute Table { get; } = table;

    public ReadOnlyMemory<byte> Row { get; } = row;

    public Deadline Deadline { get; } = deadline;

    /// <summary>Where the current attempt goes; set before the operation is given to a lane.</summary>
    public Region? Region { get; set; }

    public int Attempts { get; set; }

    /// <summary>Whether an earlier attempt may have been, or may yet be, applied.</summary>
    public bool MaybeExecuted { get; set; }

    /// <summary>Must be in a call of its own, because a call with others failed and did not say whose fault it was.</summary>
    public bool Alone { get; set; }

    /// <summary>For people.</summary>
    public abstract string Name { get; }

    public abstract LaneKind Lane { get; }

    /// <summary>Whether it may be sent again although an earlier attempt may have been applied.</summary>
    public abstract bool IsIdempotent { get; }

    public bool IsDone => Volatile.Read(ref _done) != 0;

    /// <summary>What is told when it is done; null for one that is alone.</summary>
    public OperationBatch? Batch { get; set; }

    /// <summary>Shares its RegionAction with no other operation, for that is atomic or has a condition.</summary>
    public virtual bool HasOwnRegionAction => false;

    /// <summary>Approximate bytes on the wire.</summary>
    public abstract int Bytes { get; }

    /// <summary>Rows that the server has to do with.</summary>
    public virtual int Actions => 1;

    /// <summary>The gate has been passed, to be left when the operation is done, which cancelling makes it.</summary>
    public void Entered(QueueGate gate, CancellationToken cancellationToken)
    {
        _gate = gate;
        if (!cancellationToken.CanBeCanceled) return;
        _registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Operation)state!).Fail(new OperationCanceledException(token)), this);
        // Done already: whoever completed it may have missed the registration.
        if (IsDone) _registration.Unregister();
    }

    /// <summary>Whether the caller goes on on the thread that completes the operation, or by the pool.</summary>
    public abstract bool RunsCallerHere { set; }

    public abstract void Fail(Exception exception);

    /// <summary>Gives up for a reason that is no server's answer.</summary>
    public void Abandon(string reason, Exception? inner)
    {
        if (MaybeExecuted)
        {
            Fail(new HBaseOutcomeUnknownException($"A mutation of {Table.Name} may or may not have taken effect: {reason}", inner)
            { Table = Table.Name });
        }
        else
        {
            Fail(new HBaseUnavailableException($"Nothing was done with {Table.Name}: {reason}", inner) { Table = Table.Name });
        }
    }

    /// <summary>Whether this is the first to complete it.</summary>
    protected bool Finish()
    {
        if (Interlocked.Exchange(ref _done, 1) != 0) return false;
        _registration.Unregister();
        _gate?.Leave(Bytes);
        return true;
    }
}

/// <summary>An operation and the task of its caller in one object. Whoever completes it first wins.</summary>
internal abstract class Operation<T>(TableRoute table, ReadOnlyMemory<byte> row, Deadline deadline)
    : Operation(table, row, deadline), IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core = new() { RunContinuationsAsynchronously = true };

    public ValueTask<T> Result => new(this, _core.Version);

    public override bool RunsCallerHere
    {
        set => _core.RunContinuationsAsynchronously = !value;
    }

    public void Succeed(T result)
    {
        if (!Finish()) return;
        _core.SetResult(result);
        Batch?.Signal();
    }

    public override void Fail(Exception exception)
    {
        if (!Finish()) return;
        _core.SetException(exception);
        Batch?.Signal();
    }

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
