using HBase.Client.Diagnostics;
using HBase.Client.Routing;

namespace HBase.Client.Connection;

/// <summary>One connection per server and service, opened when first asked for and again after it broke.</summary>
internal sealed class ConnectionPool(ConnectionSettings settings) : IAsyncDisposable
{
    public const string ClientService = "ClientService";
    public const string RegistryService = "ClientMetaService";
    public const string MasterService = "MasterService";

    // Guards the dictionaries and _closed.
    private readonly Lock _lock = new();
    private readonly Dictionary<(ServerAddress, string), Task<RpcConnection>> _connections = [];
    private readonly Dictionary<ServerAddress, ServerTrust> _trust = [];
    private readonly CancellationTokenSource _stop = new();
    private bool _closed;

    /// <summary>Asks the master whether a region server is alive; null: all are taken to be.</summary>
    public Func<ServerAddress, CancellationToken, Task<bool>>? IsOnline { get; set; }

    /// <summary>The open connection, or a new one.</summary>
    /// <exception cref="RpcException">The server cannot be reached; nothing was sent.</exception>
    public Task<RpcConnection> GetAsync(ServerAddress address, string service)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_connections.TryGetValue((address, service), out var connection) && Usable(connection)) return connection;
            if (connection is null) settings.Logger.Connecting(service, address);
            else settings.Logger.Reconnecting(service, address);
            var trust = service == ClientService ? TrustLocked(address) : null;
            connection = RpcConnection.ConnectAsync(address, service, settings, trust, _stop.Token);
            _connections[(address, service)] = connection;
            return connection;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<RpcConnection>[] connections;
        lock (_lock)
        {
            if (_closed) return;
            _closed = true;
            connections = [.. _connections.Values];
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var connection in connections)
        {
            try
            {
                await (await connection.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                // It was never open.
            }
        }

        _stop.Dispose();
    }

    private ServerTrust? TrustLocked(ServerAddress address)
    {
        if (IsOnline is not { } isOnline) return null;
        if (!_trust.TryGetValue(address, out var trust))
            _trust.Add(address, trust = new ServerTrust(settings.Time, settings.MaxSilence, token => isOnline(address, token)));
        return trust;
    }

    // A broken connection has failed its calls and let go of its socket already.
    private static bool Usable(Task<RpcConnection> connection) =>
        !connection.IsCompleted || (connection.IsCompletedSuccessfully && connection.GetAwaiter().GetResult().IsOpen);
}
