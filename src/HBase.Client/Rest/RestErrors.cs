using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using HBase.Client.Connection;

namespace HBase.Client.Rest;

/// <summary>
/// Finds out what an answer of a gateway, or the lack of one, means. Gateways answer errors with a status and the stack trace
/// of the exception that they met, whose class says more than the status.
/// </summary>
internal static partial class RestErrors
{
    private const int MaxText = 4096;

    /// <summary>The failure that an answer is; null when it is none.</summary>
    public static Failure? Of(HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        if ((int)status is >= 200 and < 300 || status is HttpStatusCode.NotModified or HttpStatusCode.Gone) return null;
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxText)]);
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.ProxyAuthenticationRequired)
        {
            const string advice = "the gateway wants another user or password (User, Password in the options)";
            return new Failure(FailureAction.Fail, MaybeExecuted: false, advice) { IsSecurity = true };
        }

        var match = ExceptionClass().Match(text);
        if (match.Success) return FailureTable.Classify(match.Value, text[match.Index..], doNotRetry: (int)status < 500);
        // Without an exception it is a row, a table or a scanner that is not there; the caller knows which.
        if (status == HttpStatusCode.NotFound) return null;
        var line = text.Split('\n')[0].Trim();
        var message = $"{(int)status} {line}";
        return (int)status is >= 400 and < 500 and not (408 or 429)
            ? new Failure(FailureAction.Fail, MaybeExecuted: false, message)
            : new Failure(FailureAction.RetrySame, MaybeExecuted: status != HttpStatusCode.TooManyRequests, message);
    }

    /// <summary>The failure that a call without an answer is.</summary>
    public static Failure Of(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError =>
            new Failure(FailureAction.Relocate, MaybeExecuted: false, e.Message),
        HttpRequestError.SecureConnectionError => new Failure(
            FailureAction.Fail,
            MaybeExecuted: false,
            $"TLS failed: {e.Message} {e.InnerException?.Message} The gateway's certificate may need Tls.CaFile or "
            + "Tls.PinnedCertificates, and the gateway a client certificate (Tls.CertificateFile)")
        { IsSecurity = true },
        HttpRequestError.ConfigurationLimitExceeded =>
            new Failure(FailureAction.Fail, MaybeExecuted: true, $"its answer is larger than MaxResponseBytes: {e.Message}"),
        _ => new Failure(FailureAction.Relocate, MaybeExecuted: true, e.Message),
    };

    /// <summary>What the caller gets when a call is given up.</summary>
    public static HBaseException Create(RestCall call, Uri gateway, Failure failure, bool maybeExecuted, string how)
    {
        var text = $"{call.What} at {gateway} {how}: {failure.Message}";
        var (table, server, exception) = (call.Table, gateway.Authority, failure.ServerException);
        if (maybeExecuted)
        {
            return new HBaseOutcomeUnknownException($"May or may not have taken effect: {text}")
            { Table = table, Server = server, ServerException = exception };
        }

        if (failure.IsSecurity)
            return new HBaseSecurityException(text) { Table = table, Server = server, ServerException = exception };
        if (!failure.IsFinal)
            return new HBaseUnavailableException(text) { Table = table, Server = server, ServerException = exception };
        return exception?.EndsWith(".TableNotFoundException", StringComparison.Ordinal) == true
            ? new HBaseTableNotFoundException(text) { Table = table, Server = server, ServerException = exception }
            : new HBaseRefusedException(text) { Table = table, Server = server, ServerException = exception };
    }

    [GeneratedRegex(@"\b(?:org|java|javax)\.[\w.]{1,200}(?:Exception|Error|Busy|TooLarge)\b")]
    private static partial Regex ExceptionClass();
}
