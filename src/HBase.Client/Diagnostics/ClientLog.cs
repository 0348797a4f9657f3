using HBase.Client.Connection;
using HBase.Client.Routing;
using Microsoft.Extensions.Logging;

namespace HBase.Client.Diagnostics;

/// <summary>What is worth a line: retries, relocations, connections. Never a row or a value.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Operation} of {Table} failed in region {Region} at {Server}, attempt {Attempt}; "
        + "then: {Action}. {Reason}")]
    public static partial void Retrying(
        this ILogger logger, string operation, string table, Region region, ServerAddress server, int attempt,
        FailureAction action, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Attempt {Attempt} of {Phase} failed; then: {Action}. {Reason}")]
    public static partial void Retrying(
        this ILogger logger, string phase, int attempt, FailureAction action, string reason);

    [LoggerMessage(9, LogLevel.Warning, ".. and {Count} more attempts that failed since")]
    public static partial void RetriesHidden(this ILogger logger, int count);

    [LoggerMessage(3, LogLevel.Information, "Region {Region} of {Table} is at {Server} no more; it is now at {MovedTo}.")]
    public static partial void Moved(
        this ILogger logger, Region region, string table, ServerAddress server, ServerAddress movedTo);

    [LoggerMessage(4, LogLevel.Information, "Region {Region} of {Table} is not, or no more, at {Server}; it is looked for again.")]
    public static partial void Lost(this ILogger logger, Region region, string table, ServerAddress server);

    [LoggerMessage(5, LogLevel.Debug, "Region {Region} of {Table} was found at {Server}.")]
    public static partial void Located(this ILogger logger, Region region, string table, ServerAddress server);

    [LoggerMessage(6, LogLevel.Debug, "Connecting to {Service} of {Server}.")]
    public static partial void Connecting(this ILogger logger, string service, ServerAddress server);

    [LoggerMessage(7, LogLevel.Information, "Connecting again to {Service} of {Server}.")]
    public static partial void Reconnecting(this ILogger logger, string service, ServerAddress server);

    [LoggerMessage(8, LogLevel.Information, "{Reason}; {Calls} calls were under way to {Server}.")]
    public static partial void Disconnected(this ILogger logger, string reason, int calls, ServerAddress server);
}
