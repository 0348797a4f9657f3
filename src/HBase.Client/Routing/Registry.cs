using Google.Protobuf;
using HBase.Client.Connection;
using HBase.Client.Protocol;
using HBase.Client.Protocol.Messages;

namespace HBase.Client.Routing;

/// <summary>Asks the configured masters where things are: ClientMetaService, which needs no ZooKeeper.</summary>
internal sealed class Registry(ConnectionPool pool, IReadOnlyList<ServerAddress> masters, TimeSpan callTimeout)
{
    private int _preferred;

    public async Task<Region> GetMetaRegionAsync(CancellationToken cancellationToken)
    {
        var response = await AskAsync(
            "GetMetaRegionLocations", new GetMetaRegionLocationsRequest(), GetMetaRegionLocationsResponse.Parser,
            cancellationToken).ConfigureAwait(false);
        foreach (var location in response.MetaLocations)
        {
            if (MetaRows.Parse(location) is { } region) return region;
        }

        throw NotYet("hbase:meta is not open yet");
    }

    public async Task<ServerAddress> GetActiveMasterAsync(CancellationToken cancellationToken)
    {
        var response = await AskAsync(
            "GetActiveMaster", new GetActiveMasterRequest(), GetActiveMasterResponse.Parser, cancellationToken)
            .ConfigureAwait(false);
        return response.ServerName is { } name
            ? new ServerAddress(name.HostName, (int)name.Port)
            : throw NotYet("no master is active yet");
    }

    public async Task<string> GetClusterIdAsync(CancellationToken cancellationToken)
    {
        var response = await AskAsync(
            "GetClusterId", new GetClusterIdRequest(), GetClusterIdResponse.Parser, cancellationToken).ConfigureAwait(false);
        return response.ClusterId;
    }

    private static RpcException NotYet(string message) =>
        new(message, new Failure(FailureAction.RetrySame, MaybeExecuted: false, message));

    private async Task<T> AskAsync<T>(
        string method, IMessage request, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var first = Volatile.Read(ref _preferred);
        for (var i = 0; ; i++)
        {
            var index = (first + i) % masters.Count;
            try
            {
                var connection = await pool.GetAsync(masters[index], ConnectionPool.RegistryService)
                    .WaitAsync(cancellationToken).ConfigureAwait(false);
                var frame = new FrameBuffer();
                frame.WriteParameter(request);
                using var response = await connection.CallAsync(method, frame, callTimeout, cancellationToken)
                    .ConfigureAwait(false);
                Volatile.Write(ref _preferred, index);
                return response.Parse(parser);
            }
            catch (RpcException) when (i < masters.Count - 1)
            {
                // The next master may know.
            }
        }
    }
}
