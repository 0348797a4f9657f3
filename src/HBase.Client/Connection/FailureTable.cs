using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using HBase.Client.Routing;

namespace HBase.Client.Connection;

/// <summary>
/// Maps exception classes of the server to what to do. A class counts as "not executed" only where HBase throws it before it
/// touches the write-ahead log; anything else, in particular the plain IOException of a failed sync, may have been executed.
/// </summary>
internal static partial class FailureTable
{
    private const string Root = "org.apache.hadoop.hbase.";

    private static readonly FrozenDictionary<string, (FailureAction Action, bool MaybeExecuted)> _rows =
        new Dictionary<string, (FailureAction, bool)>
        {
            [Root + "NotServingRegionException"] = (FailureAction.Relocate, false),
            [Root + "exceptions.RegionMovedException"] = (FailureAction.Relocate, false),
            [Root + "regionserver.WrongRegionException"] = (FailureAction.Relocate, false),
            [Root + "exceptions.RegionOpeningException"] = (FailureAction.RetrySame, false),
            [Root + "RegionTooBusyException"] = (FailureAction.RetrySame, false),
            [Root + "CallQueueTooBigException"] = (FailureAction.RetrySame, false),
            [Root + "CallDroppedException"] = (FailureAction.RetrySame, false),
            [Root + "quotas.RpcThrottlingException"] = (FailureAction.RetrySame, false),
            [Root + "PleaseHoldException"] = (FailureAction.RetrySame, false),
            [Root + "ipc.ServerNotRunningYetException"] = (FailureAction.Relocate, false),
            [Root + "MasterNotRunningException"] = (FailureAction.Relocate, false),
            [Root + "NotAllMetaRegionsOnlineException"] = (FailureAction.RetrySame, false),
            [Root + "RetryImmediatelyException"] = (FailureAction.RetryNow, false),
            [Root + "MultiActionResultTooLarge"] = (FailureAction.RetryNow, false),
            [Root + "exceptions.RequestTooBigException"] = (FailureAction.Split, false),
            [Root + "exceptions.UnknownProtocolException"] = (FailureAction.NoEndpoint, false),
            [Root + "UnknownScannerException"] = (FailureAction.ReopenScanner, false),
            [Root + "exceptions.ScannerResetException"] = (FailureAction.ReopenScanner, false),
            [Root + "exceptions.OutOfOrderScannerNextException"] = (FailureAction.ReopenScanner, false),
            [Root + "regionserver.LeaseException"] = (FailureAction.ReopenScanner, false),
            [Root + "exceptions.TimeoutIOException"] = (FailureAction.RetrySame, true),
            [Root + "regionserver.RegionServerStoppedException"] = (FailureAction.Relocate, true),
            [Root + "regionserver.RegionServerAbortedException"] = (FailureAction.Relocate, true),
            [Root + "exceptions.MasterStoppedException"] = (FailureAction.Relocate, true),
            [Root + "exceptions.ConnectionClosedException"] = (FailureAction.Relocate, true),
            [Root + "DoNotRetryIOException"] = (FailureAction.Fail, false),
            [Root + "InvalidFamilyOperationException"] = (FailureAction.Fail, false),
            [Root + "NamespaceExistException"] = (FailureAction.Fail, false),
            [Root + "NamespaceNotFoundException"] = (FailureAction.Fail, false),
            [Root + "TableExistsException"] = (FailureAction.Fail, false),
            [Root + "TableNotFoundException"] = (FailureAction.Fail, false),
            [Root + "TableNotEnabledException"] = (FailureAction.Fail, false),
            [Root + "TableNotDisabledException"] = (FailureAction.Fail, false),
            [Root + "exceptions.FailedSanityCheckException"] = (FailureAction.Fail, false),
            [Root + "quotas.QuotaExceededException"] = (FailureAction.Fail, false),
            [Root + "quotas.SpaceLimitingException"] = (FailureAction.Fail, false),
            [Root + "regionserver.NoSuchColumnFamilyException"] = (FailureAction.Fail, false),
            [Root + "security.AccessDeniedException"] = (FailureAction.Fail, false),
            [Root + "ipc.FatalConnectionException"] = (FailureAction.Fail, false),
            [Root + "ipc.WrongVersionException"] = (FailureAction.Fail, false),
            [Root + "ipc.BadAuthException"] = (FailureAction.Fail, false),
            [Root + "ipc.UnsupportedCellCodecException"] = (FailureAction.Fail, false),
            [Root + "ipc.UnknownServiceException"] = (FailureAction.Fail, false),
            ["java.io.IOException"] = (FailureAction.RetrySame, true),
        }.ToFrozenDictionary();

    /// <summary>The failure that a server's exception is.</summary>
    /// <param name="exception">Class name, as on the wire.</param>
    /// <param name="text">Message and stack trace.</param>
    /// <param name="doNotRetry">The server's own word, where the protocol carries it.</param>
    public static Failure Classify(string exception, string text, bool doNotRetry)
    {
        var known = _rows.TryGetValue(exception, out var row);
        if (!known) row = doNotRetry ? (FailureAction.Fail, false) : (FailureAction.RetrySame, true);
        // A log that is closed belongs to a region or server that is going away: the next answer will say where it went.
        if (exception == "java.io.IOException" && text.Contains("log is closed", StringComparison.Ordinal))
            row = (FailureAction.Relocate, true);
        return new Failure(row.Action, row.MaybeExecuted, FirstLine(text, exception))
        {
            ServerException = exception,
            MovedTo = exception.EndsWith(".RegionMovedException", StringComparison.Ordinal) ? MovedTo(text) : null,
            Pause = exception.EndsWith(".RpcThrottlingException", StringComparison.Ordinal) ? ThrottlePause(text) : null,
        };
    }

    private static string FirstLine(string text, string exception)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = end < 0 ? text : text[..end];
        return line.Length == 0 ? exception : line;
    }

    private static ServerAddress? MovedTo(string text)
    {
        var match = MovedPattern().Match(text);
        return match.Success && int.TryParse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out var port)
            ? new ServerAddress(match.Groups[1].Value, port)
            : null;
    }

    private static TimeSpan? ThrottlePause(string text)
    {
        var at = text.IndexOf("wait ", StringComparison.Ordinal);
        if (at < 0) return null;
        var pause = TimeSpan.Zero;
        foreach (var match in PausePattern().EnumerateMatches(text, at))
        {
            var part = text.AsSpan(match.Index, match.Length);
            var digits = part.IndexOfAnyExceptInRange('0', '9');
            var number = double.Parse(part[..digits], CultureInfo.InvariantCulture);
            pause += part[digits..] switch
            {
                "ms" => TimeSpan.FromMilliseconds(number),
                "sec" => TimeSpan.FromSeconds(number),
                "min" or "mins" => TimeSpan.FromMinutes(number),
                _ => TimeSpan.FromHours(number),
            };
        }

        return pause > TimeSpan.Zero ? pause : null;
    }

    [GeneratedRegex(@"hostname=(\S+) port=(\d+)")]
    private static partial Regex MovedPattern();

    [GeneratedRegex(@"\d{1,9}(?:ms|sec|mins?|hrs?)\b")]
    private static partial Regex PausePattern();
}
