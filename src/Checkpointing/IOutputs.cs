namespace Checkpointing;

/// <summary>Where outputs go.</summary>
public interface IOutputs
{
    /// <summary>
    /// Sends an output and tells the sending once the broker has acknowledged it. Retries by itself until that stops; an attempt that is
    /// under way then ends by itself.
    /// </summary>
    void Send(IOutputSending sending);
}

/// <summary>
/// An output on its way. Is told once how that has ended, by any thread, even before <see cref="IOutputs.Send"/> returns, and must not
/// hold it up.
/// </summary>
public interface IOutputSending
{
    Output Output { get; }

    CancellationToken Stopping { get; }

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
        var sending = new AwaitedSending(output, cancellationToken);
        outputs.Send(sending);
        return sending.Task.WaitAsync(cancellationToken);
    }

    private sealed class AwaitedSending(Output output, CancellationToken stopping)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), IOutputSending
    {
        public Output Output => output;

        public CancellationToken Stopping => stopping;

        public void Sent() => SetResult();

        public void Failed(Exception problem) => SetException(problem);
    }
}

/// <summary>An output that the broker refuses for good.</summary>
[GenerateSerializer, Alias("granary.OutputRefused")]
public sealed class OutputException(string message, Exception? innerException = null) : Exception(message, innerException);
