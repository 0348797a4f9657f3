using System.Diagnostics;
using HBase.Client.Connection;
using HBase.Client.Routing;

namespace HBase.Client.Diagnostics;

/// <summary>The library's activities, with the attributes that OpenTelemetry has for databases.</summary>
internal static class ClientTracing
{
    private static readonly ActivitySource _source = new(ClientMetrics.MeterName);

    public static bool HasListeners => _source.HasListeners();

    /// <summary>Null when nobody wants it.</summary>
    public static Activity? Start(string operation, string? table)
    {
        if (!_source.HasListeners()) return null;
        var activity = _source.StartActivity(table is null ? operation : $"{operation} {table}", ActivityKind.Client);
        if (activity is null) return null;
        activity.SetTag("db.system.name", "hbase").SetTag("db.operation.name", operation);
        if (table is not null) activity.SetTag("db.collection.name", table);
        return activity;
    }

    public static void At(this Activity activity, ServerAddress server) =>
        activity.SetTag("server.address", server.Host).SetTag("server.port", server.Port);

    public static void Failed(this Activity activity, Exception exception)
    {
        var type = exception switch
        {
            HBaseException { ServerException: { } name } => name,
            RpcException { Failure.ServerException: { } name } => name,
            _ => exception.GetType().FullName,
        };
        activity.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error, exception.Message);
    }

    /// <summary>Waits for what the activity is of; an error becomes the activity's, and is thrown.</summary>
    public static async Task SeeAsync(Activity? activity, Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception e) when (activity is not null)
        {
            activity.Failed(e);
            throw;
        }
    }
}
