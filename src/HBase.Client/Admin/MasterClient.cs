using Google.Protobuf;
using HBase.Client.Connection;
using HBase.Client.Protocol;
using HBase.Client.Protocol.Messages;
using HBase.Client.Routing;

namespace HBase.Client.Admin;

/// <summary>
/// Calls the active master, again after errors that pass. A request that starts a procedure carries a nonce, so one that is sent
/// again after a lost answer gives the procedure that the first one started.
/// </summary>
internal sealed class MasterClient(ConnectionPool pool, Registry registry, RetryPolicy policy)
{
    private const string TableExists = "org.apache.hadoop.hbase.TableExistsException";
    private const string TableNotFound = "org.apache.hadoop.hbase.TableNotFoundException";

    /// <summary>This client, to the master: nonces are its own.</summary>
    public ulong NonceGroup { get; } = NewNonce();

    public static ulong NewNonce() => (ulong)Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>Starts a procedure and waits for its end.</summary>
    /// <param name="subject">What it is about, for errors: <c>table t</c>.</param>
    /// <param name="table">Name of the table, if it is about one.</param>
    /// <exception cref="HBaseOutcomeUnknownException">It may have started, and had not ended in time.</exception>
    /// <exception cref="HBaseUnavailableException">No master took it in time.</exception>
    public async Task RunAsync(
        string method, IMessage request, string subject, string? table, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(policy.Time.GetTimestamp(), timeout, policy.Time);
        var mayRun = false;
        try
        {
            var started = await policy.RetryAsync(
                $"{method} of {subject}",
                deadline,
                async () =>
                {
                    try
                    {
                        return await CallAsync(method, request, ProcedureResponse.Parser, cancellationToken)
                            .ConfigureAwait(false);
                    }
                    catch (RpcException e)
                    {
                        mayRun |= e.Failure.MaybeExecuted;
                        throw;
                    }
                },
                cancellationToken).ConfigureAwait(false);
            if (!started.HasProcId) return;
            mayRun = true;
            await WaitAsync(method, subject, table, started.ProcId, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (HBaseRefusedException e) when (e.InnerException is RpcException)
        {
            throw Translate(e.Message, table, e.ServerException, e);
        }
        catch (HBaseUnavailableException e) when (mayRun)
        {
            throw new HBaseOutcomeUnknownException($"It may still be done. {e.Message}", e)
            { Table = table, ServerException = e.ServerException };
        }
    }

    /// <summary>Asks for something that may be asked twice.</summary>
    public async Task<T> AskAsync<T>(
        string method, IMessage request, MessageParser<T> parser, string subject, string? table, TimeSpan timeout,
        CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var deadline = new Deadline(policy.Time.GetTimestamp(), timeout, policy.Time);
        try
        {
            return await policy.RetryAsync(
                $"{method} of {subject}", deadline, () => CallAsync(method, request, parser, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
        catch (HBaseRefusedException e) when (e.InnerException is RpcException)
        {
            throw Translate(e.Message, table, e.ServerException, e);
        }
    }

    /// <summary>The region servers that the master counts among the living.</summary>
    public async Task<IReadOnlyList<ServerName>> ServersAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var response = await AskAsync(
            "GetClusterStatus", Servers(), GetClusterStatusResponse.Parser, "the cluster", null, timeout, cancellationToken)
            .ConfigureAwait(false);
        return response.ClusterStatus.ServersName;
    }

    /// <summary>
    /// Whether the master counts a region server among the living. A master that does not answer has declared nobody dead.
    /// </summary>
    public async Task<bool> IsOnlineAsync(ServerAddress server, CancellationToken cancellationToken)
    {
        try
        {
            var response = await CallAsync(
                "GetClusterStatus", Servers(), GetClusterStatusResponse.Parser, cancellationToken).ConfigureAwait(false);
            var servers = response.ClusterStatus.ServersName;
            return servers.Count == 0 || servers.Any(name => name.HostName == server.Host && name.Port == server.Port);
        }
        catch (RpcException)
        {
            return true;
        }
    }

    private static GetClusterStatusRequest Servers() =>
        new() { Options = { GetClusterStatusRequest.Types.Option.ServersName } };

    private static HBaseException Translate(string message, string? table, string? exception, Exception? inner) => exception switch
    {
        TableExists => new HBaseTableExistsException(message, inner) { Table = table, ServerException = exception },
        TableNotFound => new HBaseTableNotFoundException(message, inner) { Table = table, ServerException = exception },
        _ => new HBaseRefusedException(message, inner) { Table = table, ServerException = exception },
    };

    private Task<bool> WaitAsync(
        string method, string subject, string? table, ulong procedure, Deadline deadline, CancellationToken cancellationToken) =>
        policy.RetryAsync(
            $"{method} of {subject}, procedure {procedure}",
            deadline,
            async () =>
            {
                var result = await CallAsync(
                    "getProcedureResult", new GetProcedureResultRequest { ProcId = procedure },
                    GetProcedureResultResponse.Parser, cancellationToken).ConfigureAwait(false);
                if (result.State == GetProcedureResultResponse.Types.State.Running)
                {
                    throw new RpcException(
                        "running", new Failure(FailureAction.RetrySame, false, "the procedure still runs") { IsExpected = true });
                }

                if (result.Exception?.GenericException is { } error)
                    throw Translate($"{method} of {subject}: {error.Message}", table, error.ClassName, null);
                // NOT_FOUND: finished so long ago that the master has forgotten it.
                return true;
            },
            cancellationToken);

    private async Task<T> CallAsync<T>(
        string method, IMessage request, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var master = await registry.GetActiveMasterAsync(cancellationToken).ConfigureAwait(false);
        var connection = await pool.GetAsync(master, ConnectionPool.MasterService)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        var frame = new FrameBuffer();
        frame.WriteParameter(request);
        using var response = await connection.CallAsync(method, frame, policy.CallTimeout, cancellationToken)
            .ConfigureAwait(false);
        return response.Parse(parser);
    }
}
