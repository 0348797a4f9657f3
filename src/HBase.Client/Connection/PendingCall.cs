using HBase.Client.Protocol;

namespace HBase.Client.Connection;

/// <summary>One call between its start and its answer.</summary>
/// <param name="isPrompt">
/// Whether who waits for the answer goes on at once on the thread that brings it: only what neither blocks nor runs a caller's code.
/// </param>
internal sealed class PendingCall(uint id, FrameBuffer frame, bool isPrompt)
    : TaskCompletionSource<RpcResponse>(
        isPrompt ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously),
        IThreadPoolWorkItem
{
    private const int Queued = 0;
    private const int Written = 1;
    private const int Abandoned = 2;

    private int _state;
    private RpcResponse? _response;

    public uint Id { get; } = id;

    public FrameBuffer Frame { get; } = frame;

    /// <summary>Whether the server may have seen the call. False is certain: the writer has not begun and never will.</summary>
    public bool MaybeSent => Volatile.Read(ref _state) == Written;

    /// <summary>The writer takes the call; false when its caller has given up before.</summary>
    public bool TryBeginWrite() => Interlocked.CompareExchange(ref _state, Written, Queued) == Queued;

    /// <summary>
    /// Hands over the answer. A prompt call's caller goes on before this returns if <paramref name="here"/> says so.
    /// </summary>
    public void Answer(RpcResponse response, bool here)
    {
        if (!isPrompt || here)
        {
            if (!TrySetResult(response)) response.Dispose();
            return;
        }

        _response = response;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (!TrySetResult(_response!)) _response!.Dispose();
    }

    /// <summary>The caller gives up; true when the call was certainly not sent.</summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Queued) != Written;
}
