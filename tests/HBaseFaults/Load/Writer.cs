using HBase.Client;

namespace HBaseFaults.Load;

/// <summary>Does one operation after the other, each in its turn, until it is stopped.</summary>
/// <param name="turn">The time from one turn to the next; turns that come while one is taken are left out.</param>
internal abstract class Writer(Window window, TimeSpan turn)
{
    private int _asked;
    private int _verified;

    /// <summary>Whether it has verified since it was asked the last time.</summary>
    public bool HasVerified => Volatile.Read(ref _verified) == Volatile.Read(ref _asked);

    protected Tally Tally => window.Now;

    public void AskToVerify() => Interlocked.Increment(ref _asked);

    /// <param name="delay">Before the first turn, so that not all have their turns at once.</param>
    public async Task RunAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        await Task.Delay(delay, cancellationToken);
        using var turns = new PeriodicTimer(turn);
        while (await turns.WaitForNextTickAsync(cancellationToken))
        {
            var asked = Volatile.Read(ref _asked);
            if (asked == _verified) await StepAsync();
            else if (await VerifyAsync()) Volatile.Write(ref _verified, asked);
        }
    }

    /// <summary>One operation.</summary>
    protected abstract Task StepAsync();

    /// <summary>Reads back all that it has written; false: that did not succeed.</summary>
    protected abstract Task<bool> VerifyAsync();

    /// <summary>Carries out an operation and takes down how it went; its error, if it had one.</summary>
    protected async Task<Exception?> TryAsync(Func<Task> operation)
    {
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            await operation();
            return null;
        }
        catch (Exception e)
        {
            Tally.Failed(e);
            return e;
        }
        finally
        {
            Tally.Ended(TimeProvider.System.GetElapsedTime(started));
        }
    }

    /// <summary>Whether an operation that ended so has certainly changed nothing.</summary>
    protected static bool HasNoEffect(Exception error) => error is HBaseException and not HBaseOutcomeUnknownException;
}
