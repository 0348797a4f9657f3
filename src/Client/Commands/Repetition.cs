using System.Diagnostics;
using System.Globalization;

namespace Client.Commands;

/// <summary>
/// Repeats a call after transient errors until its deadline, with pauses from 50 ms that double up to 2 s, each varied by a
/// quarter so that clients of a lost silo do not come back at once. Only for calls that may come twice: queries, and commands
/// that carry an id.
/// </summary>
internal sealed class Repetition(TimeProvider time, TimeSpan timeout, TimeSpan attemptTimeout, Func<double>? random = null)
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);
    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;

    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            Exception error;
            try
            {
                return await AttemptAsync(call, timeout - time.GetElapsedTime(started), cancellationToken);
            }
            catch (Exception thrown) when (TransientErrors.IsTransient(thrown))
            {
                error = thrown;
            }

            var pause = Pause(attempt);
            var elapsed = time.GetElapsedTime(started);
            if (elapsed + pause >= timeout)
                throw TimedOut(elapsed, attempt, error);
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async ValueTask<T> AttemptAsync<T>(Func<ValueTask<T>> call, TimeSpan left, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = call();
        if (answer.IsCompleted)
            return await answer;
        var limit = left < attemptTimeout ? left : attemptTimeout;
        var pending = answer.AsTask();
        try
        {
            return await pending.WaitAsync(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, time, cancellationToken);
        }
        finally
        {
            // An attempt that was given up may still fail, and nobody will ask it how it went.
            if (!pending.IsCompleted)
                _ = pending.ContinueWith(static late => late.Exception, CancellationToken.None,
                    TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private TimeSpan Pause(int attempt)
    {
        var doubled = _firstPause * Math.Pow(2, Math.Min(attempt - 1, 16));
        return (doubled < _longestPause ? doubled : _longestPause) * (0.75 + (_random() / 2));
    }

    private CommandTimeoutException TimedOut(TimeSpan elapsed, int attempts, Exception last)
    {
        Debug.Assert(attempts > 0);
        return new CommandTimeoutException(
            string.Create(CultureInfo.InvariantCulture,
                $"No answer within {timeout.TotalSeconds:0.###} s: sent {attempts} times in {elapsed.TotalSeconds:0.0} s, "
                + $"the last time: {last.Message}"),
            attempts, last);
    }
}
