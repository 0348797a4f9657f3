using Google.Protobuf;
using HBase.Client.Connection;
using HBase.Client.Protocol;
using HBase.Client.Protocol.Messages;
using HBase.Client.Routing;

namespace HBase.Client.Admin;

/// <summary>
/// Creates and deletes tables through the active master, and asks it for the living servers. A request that changes something
/// carries a nonce, so one that is sent again after a lost answer gives the procedure that the first one started.
/// </summary>
internal sealed class MasterClient(ConnectionPool pool, Registry registry, RetryPolicy policy, TimeSpan timeout)
{
    private const string TableExists = "org.apache.hadoop.hbase.TableExistsException";
    private const string TableNotFound = "org.apache.hadoop.hbase.TableNotFoundException";
    private const string TableNotEnabled = "org.apache.hadoop.hbase.TableNotEnabledException";

    private readonly ulong _nonceGroup = NewNonce();

    public Task CreateAsync(TableDescriptor descriptor, TableRoute table, CancellationToken cancellationToken)
    {
        var request = new CreateTableRequest
        {
            TableSchema = TableSchemas.Create(descriptor, table.Message),
            NonceGroup = _nonceGroup,
            Nonce = NewNonce(),
        };
        foreach (var key in descriptor.SplitKeys) request.SplitKeys.Add(ByteString.CopyFrom(key.Span));
        return RunAsync("CreateTable", request, table.Name, cancellationToken);
    }

    public async Task DeleteAsync(TableRoute table, CancellationToken cancellationToken)
    {
        try
        {
            var disable = new DisableTableRequest { TableName = table.Message, NonceGroup = _nonceGroup, Nonce = NewNonce() };
            await RunAsync("DisableTable", disable, table.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (HBaseRefusedException e) when (e.ServerException == TableNotEnabled)
        {
            // Disabled already.
        }

        var delete = new DeleteTableRequest { TableName = table.Message, NonceGroup = _nonceGroup, Nonce = NewNonce() };
        await RunAsync("DeleteTable", delete, table.Name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Whether the master counts a region server among the living. A master that does not answer has declared nobody dead.
    /// </summary>
    public async Task<bool> IsOnlineAsync(ServerAddress server, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetClusterStatusRequest { Options = { GetClusterStatusRequest.Types.Option.ServersName } };
            var response = await CallAsync("GetClusterStatus", request, GetClusterStatusResponse.Parser, cancellationToken)
                .ConfigureAwait(false);
            var servers = response.ClusterStatus.ServersName;
            return servers.Count == 0 || servers.Any(name => name.HostName == server.Host && name.Port == server.Port);
        }
        catch (RpcException)
        {
            return true;
        }
    }

    private static ulong NewNonce() => (ulong)Random.Shared.NextInt64(1, long.MaxValue);

    private static HBaseException Translate(string method, string table, string exception, string message, Exception? inner)
    {
        var text = $"{method} of {table}: {message}";
        return exception switch
        {
            TableExists => new HBaseTableExistsException(text, inner) { Table = table, ServerException = exception },
            TableNotFound => new HBaseTableNotFoundException(text, inner) { Table = table, ServerException = exception },
            _ => new HBaseRefusedException(text, inner) { Table = table, ServerException = exception },
        };
    }

    private async Task RunAsync(string method, IMessage request, string table, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(policy.Time.GetTimestamp(), timeout, policy.Time);
        try
        {
            var started = await policy.RetryAsync(
                method, deadline, () => CallAsync(method, request, ProcedureResponse.Parser, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            if (started.HasProcId)
                await WaitAsync(method, table, started.ProcId, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (HBaseRefusedException e) when (e.InnerException is RpcException)
        {
            throw Translate(method, table, e.ServerException ?? "", e.Message, e);
        }
    }

    private Task<bool> WaitAsync(
        string method, string table, ulong procedure, Deadline deadline, CancellationToken cancellationToken) =>
        policy.RetryAsync(
            $"{method} of {table}, procedure {procedure}",
            deadline,
            async () =>
            {
                var result = await CallAsync(
                    "getProcedureResult", new GetProcedureResultRequest { ProcId = procedure },
                    GetProcedureResultResponse.Parser, cancellationToken).ConfigureAwait(false);
                if (result.State == GetProcedureResultResponse.Types.State.Running)
                    throw new RpcException("running", new Failure(FailureAction.RetrySame, false, "the procedure still runs"));
                if (result.Exception?.GenericException is { } error)
                    throw Translate(method, table, error.ClassName, error.Message, null);
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
