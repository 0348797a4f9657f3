namespace HBase.Client.Connection;

/// <summary>A call that got no good answer, with what the retry loop needs to decide. Never leaves the library.</summary>
internal sealed class RpcException(string message, Failure failure, Exception? inner = null)
    : Exception(message, inner)
{
    public Failure Failure { get; } = failure;
}
