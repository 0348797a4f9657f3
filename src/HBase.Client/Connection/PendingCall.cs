using HBase.Client.Protocol;

namespace HBase.Client.Connection;

/// <summary>One call between its start and its answer.</summary>
internal sealed class PendingCall(uint id, FrameBuffer frame)
    : TaskCompletionSource<RpcResponse>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private const int Queued = 0;
    private const int Written = 1;
    private const int Abandoned = 2;

    private int _state;

    public uint Id { get; } = id;

    public FrameBuffer Frame { get; } = frame;

    /// <summary>Whether the server may have seen the call. False is certain: the writer has not begun and never will.</summary>
    public bool MaybeSent => Volatile.Read(ref _state) == Written;

    /// <summary>The writer takes the call; false when its caller has given up before.</summary>
    public bool TryBeginWrite() => Interlocked.CompareExchange(ref _state, Written, Queued) == Queued;

    /// <summary>The caller gives up; true when the call was certainly not sent.</summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Queued) != Written;
}
