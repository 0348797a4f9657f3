namespace HBase.Client.Operations;

/// <summary>Done when so many operations are: their caller is woken up once.</summary>
internal sealed class OperationBatch(int count) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private int _left = count;

    public void Signal()
    {
        if (Interlocked.Decrement(ref _left) == 0) SetResult();
    }
}
