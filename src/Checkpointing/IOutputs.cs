namespace Checkpointing;

/// <summary>Where outputs go.</summary>
public interface IOutputs
{
    /// <summary>
    /// Sends an output and tells the receipt once the broker has acknowledged it. Retries by itself until cancelled; an attempt that is
    /// under way then ends by itself.
    /// </summary>
    void Send(Output output, IOutputReceipt receipt, CancellationToken cancellationToken);
}

/// <summary>Is told once how the sending of an output has ended, by any thread, even before it returns, and must not hold it up.</summary>
public interface IOutputReceipt
{
    void Sent();

    /// <param name="problem">
    /// <see cref="OutputException"/>: it can never be sent as it is (too large, refused by a policy of the broker, ..).
    /// <see cref="OperationCanceledException"/>: it may have been sent or not.
    /// </param>
    void Failed(Exception problem);
}

/// <summary>Sends one output for who can wait.</summary>
public static class OutputsExtensions
{
    /// <summary>Completes when the broker has acknowledged the output.</summary>
    /// <exception cref="OutputException">It can never be sent as it is.</exception>
    public static Task SendAsync(this IOutputs outputs, Output output, CancellationToken cancellationToken)
    {
        var receipt = new AwaitedReceipt();
        outputs.Send(output, receipt, cancellationToken);
        return receipt.Task.WaitAsync(cancellationToken);
    }

    private sealed class AwaitedReceipt() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), IOutputReceipt
    {
        public void Sent() => SetResult();

        public void Failed(Exception problem) => SetException(problem);
    }
}

/// <summary>An output that the broker refuses for good.</summary>
[GenerateSerializer, Alias("granary.OutputRefused")]
public sealed class OutputException(string message, Exception? innerException = null) : Exception(message, innerException);
