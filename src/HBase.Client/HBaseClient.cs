using HBase.Client.Admin;
using HBase.Client.Connection;
using HBase.Client.Diagnostics;
using HBase.Client.Operations;
using HBase.Client.Routing;
using HBase.Client.Scanning;
using Microsoft.Extensions.Logging;

namespace HBase.Client;

/// <summary>
/// A cluster over its native RPC protocol, found through its masters; ZooKeeper is not needed. One client per process and
/// cluster: it owns a connection per server, and batches what its callers do at the same time.
/// </summary>
public sealed class HBaseClient : IHBase
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConnectionPool _pool;
    private readonly Registry _registry;
    private readonly RegionLocator _locator;
    private readonly RetryPolicy _policy;
    private readonly Dispatcher _dispatcher;
    private readonly RegionScanner _scanner;
    private int _disposed;

    /// <summary>Connects at the first operation, which waits for servers that are not up yet.</summary>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public HBaseClient(HBaseClientOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = options.Validate();
        if (errors.Count > 0) throw new ArgumentException(string.Join(' ', errors), nameof(options));
        var masters = options.Masters.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var time = timeProvider ?? TimeProvider.System;
        var logger = options.LoggerFactory.CreateLogger<HBaseClient>();
        _policy = new RetryPolicy(options, time, logger);
        _pool = new ConnectionPool(
            new ConnectionSettings(options.User, options.ConnectTimeout, options.MaxResponseBytes, time)
            {
                MaxSilence = options.MaxSilence,
                Tls = options.Tls,
                Kerberos = options.Kerberos,
                Compression = options.Compression,
                Attributes = options.ConnectionAttributes,
                Logger = logger,
                AddressMap = options.AddressMap.ToDictionary(p => Parse(p.Key), p => Parse(p.Value)),
            });
        _registry = new Registry(_pool, [.. masters.Select(Parse)], options.CallTimeout);
        _locator = new RegionLocator(_pool, _registry, _policy);
        _dispatcher = new Dispatcher(options, _pool, _locator, _policy, _stop.Token);
        ClientMetrics.Watch(_dispatcher);
        _scanner = new RegionScanner(_pool, _locator, _policy);
        var master = new MasterClient(_pool, _registry, _policy);
        Admin = new HBaseAdmin(master, _locator, _scanner, _policy, options.AdminTimeout);
        _pool.IsOnline = master.IsOnlineAsync;
    }

    /// <summary>Namespaces, tables, regions and servers.</summary>
    public IHBaseAdmin Admin { get; }

    /// <inheritdoc />
    public ITable GetTable(string name) => new HBaseTable(_locator.Table(name), name, _dispatcher, _policy, _scanner);

    /// <inheritdoc />
    public async ValueTask<bool> TableExistsAsync(string name, CancellationToken cancellationToken = default)
    {
        var table = _locator.Table(name);
        return await _policy.RetryAsync(
            $"looking for the table {name}", _policy.Start(), () => _locator.TableExistsAsync(table, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask CreateTableAsync(TableDescriptor descriptor, CancellationToken cancellationToken = default) =>
        Admin.CreateTableAsync(descriptor, cancellationToken);

    /// <inheritdoc />
    public ValueTask DeleteTableAsync(string name, CancellationToken cancellationToken = default) =>
        Admin.DeleteTableAsync(name, cancellationToken);

    /// <summary>The cluster's id: a first call that shows whether the cluster can be reached.</summary>
    /// <exception cref="HBaseUnavailableException">No master answered within the operation time-out.</exception>
    public async ValueTask<string> GetClusterIdAsync(CancellationToken cancellationToken = default) =>
        await _policy.RetryAsync(
            "asking for the cluster's id", _policy.Start(), () => _registry.GetClusterIdAsync(cancellationToken),
            cancellationToken).ConfigureAwait(false);

    /// <summary>The server that holds the row.</summary>
    internal async Task<Region> LocateAsync(string table, ReadOnlyMemory<byte> row) =>
        await _locator.LocateAsync(_locator.Table(table), row, _policy.Start(), _stop.Token).ConfigureAwait(false);

    internal RegionCache RegionsOf(string table) => _locator.Table(table).Regions;

    /// <summary>Closes the connections; operations under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        ClientMetrics.Forget(_dispatcher);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _pool.DisposeAsync().ConfigureAwait(false);
        _locator.Dispose();
        _stop.Dispose();
    }

    private static ServerAddress Parse(string text) =>
        ServerAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));
}
