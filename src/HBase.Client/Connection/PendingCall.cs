using HBase.Client.Protocol;

namespace HBase.Client.Connection;

/// <summary>One call between its start and its answer. Who waits for it goes on on the thread that delivers the answer.</summary>
internal sealed class PendingCall(uint id, FrameBuffer frame) : TaskCompletionSource<RpcResponse>, IThreadPoolWorkItem
{
    private const int Queued = 0;
    private const int Written = 1;
    private const int Abandoned = 2;

    private int _state;
    private RpcResponse? _response;
    private Failure? _failure;

    public uint Id { get; } = id;

    public FrameBuffer Frame { get; } = frame;

    /// <summary>The writer takes the call; false when its caller has given up before.</summary>
    public bool TryBeginWrite() => Interlocked.CompareExchange(ref _state, Written, Queued) == Queued;

    /// <summary>The caller gives up; true when the call was certainly not sent.</summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Queued) != Written;

    /// <summary>What is to be delivered. The response belongs to the call from here on.</summary>
    public void Answer(RpcResponse response) => _response = response;

    /// <summary>What is to be delivered.</summary>
    public void Fail(Failure failure) => _failure = failure;

    /// <summary>Hands over what the call came to; whoever waits for it goes on before this returns.</summary>
    public void Deliver()
    {
        if (_failure is { } failure) TrySetException(new RpcException(failure.Message, failure));
        else if (!TrySetResult(_response!)) _response!.Dispose();
    }

    /// <summary>The same by a thread that has nothing else to do.</summary>
    public void DeliverElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);

    void IThreadPoolWorkItem.Execute() => Deliver();
}
