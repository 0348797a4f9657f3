using HBase.Client.Connection;
using HBase.Client.Protocol;

namespace HBase.Client.Operations;

/// <summary>How a batch becomes a request and how its answer completes the operations.</summary>
internal interface IBatchCall
{
    string Method { get; }

    FrameBuffer Encode(List<Operation> batch);

    /// <summary>Completes what succeeded; the rest goes into <paramref name="failures"/>.</summary>
    void Complete(List<Operation> batch, RpcResponse response, FailedOperations failures);
}
