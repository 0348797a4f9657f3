using HBase.Client.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HBase.Client.Connection;

/// <summary>When an operation gives up.</summary>
internal readonly record struct Deadline(long Started, TimeSpan Budget, TimeProvider Time)
{
    public TimeSpan Elapsed => Time.GetElapsedTime(Started);

    public bool HasPassed => Elapsed >= Budget;
}

/// <summary>
/// Pauses between attempts: exponential with full jitter, so that callers who failed together do not return together.
/// </summary>
internal sealed class RetryPolicy
{
    private readonly HBaseClientOptions _options;

    public RetryPolicy(HBaseClientOptions options, TimeProvider time, ILogger? logger = null)
    {
        (_options, Time, Logger) = (options, time, logger ?? NullLogger.Instance);
        Retries = new RetryLog(Logger, time);
    }

    public TimeSpan CallTimeout => _options.CallTimeout;

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    /// <summary>Where attempts that failed are told.</summary>
    public RetryLog Retries { get; }

    public Deadline Start() => new(Time.GetTimestamp(), _options.OperationTimeout, Time);

    /// <summary>How long to wait before attempt number <paramref name="attempt"/> + 1.</summary>
    public TimeSpan Pause(int attempt, Failure failure)
    {
        if (failure.Pause is { } asked) return asked;
        // The first time a server says where a region is, or that it is not here, asking again at once is right.
        if (failure.Action == FailureAction.RetryNow || (attempt == 0 && failure.MovedTo is not null)) return TimeSpan.Zero;
        var bound = Math.Min(
            _options.MaxRetryPause.TotalMilliseconds,
            _options.RetryPause.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 20)));
        return TimeSpan.FromMilliseconds(bound * Random.Shared.NextDouble());
    }

    /// <summary>Runs something that changes nothing until it succeeds or the deadline passes.</summary>
    public async Task<T> RetryAsync<T>(
        string phase, Deadline deadline, Func<Task<T>> run, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            Failure failure;
            try
            {
                return await run().ConfigureAwait(false);
            }
            catch (RpcException e)
            {
                failure = e.Failure;
                if (failure.IsSecurity) throw Refused(e);
                if (failure.Action == FailureAction.Fail)
                {
                    throw new HBaseRefusedException($"{phase}: {failure.Message}", e)
                    { ServerException = failure.ServerException };
                }

                if (deadline.HasPassed)
                {
                    throw new HBaseUnavailableException(
                        $"{phase}: gave up after {deadline.Elapsed.TotalMilliseconds:F0} ms and {attempt + 1} attempts: "
                        + failure.Message,
                        e)
                    { ServerException = failure.ServerException };
                }
            }

            if (!failure.IsExpected)
            {
                ClientMetrics.Retried(failure);
                Retries.Add(phase, attempt + 1, failure);
            }

            await Task.Delay(Pause(attempt, failure), Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The error of a caller whom the server does not accept.</summary>
    public static HBaseSecurityException Refused(RpcException e) =>
        new(e.Failure.Message, e) { ServerException = e.Failure.ServerException };
}
