using HBase.Client.Rest;

namespace HBase.Client;

/// <summary>
/// A cluster through its REST gateways: for places that reach nothing else. What gateways cannot do throws
/// <see cref="NotSupportedException"/>. They repeat calls to the cluster by themselves, so a condition that is reported as
/// false may be that of a write's own repetition: a write that must know puts something of its own in the row and reads it back.
/// </summary>
public sealed class HBaseRestClient : IHBase
{
    private readonly HBaseRestOptions _options;
    private readonly RestGateways _gateways;
    private readonly RestSchemas _schemas;

    /// <summary>Connects at the first operation.</summary>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public HBaseRestClient(HBaseRestOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = options.Validate();
        if (errors.Count > 0) throw new ArgumentException(string.Join(' ', errors), nameof(options));
        _options = options;
        _gateways = new RestGateways(options, timeProvider ?? TimeProvider.System);
        _schemas = new RestSchemas(_gateways, options.AdminTimeout);
    }

    /// <inheritdoc />
    public ITable GetTable(string name) => new RestTable(name, _gateways, _schemas, _options);

    /// <inheritdoc />
    public async ValueTask<bool> TableExistsAsync(string name, CancellationToken cancellationToken = default) =>
        await _schemas.ExistsAsync(name, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    /// <remarks>Two clients that create a table at the same time may both succeed.</remarks>
    /// <exception cref="NotSupportedException">The table is to be split from the start.</exception>
    /// <exception cref="HBaseOutcomeUnknownException">No answer came.</exception>
    public async ValueTask CreateTableAsync(TableDescriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (descriptor.Families.Count == 0) throw new ArgumentException("A table has at least one family.", nameof(descriptor));
        await _schemas.CreateAsync(descriptor, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <exception cref="HBaseOutcomeUnknownException">No answer came.</exception>
    public async ValueTask DeleteTableAsync(string name, CancellationToken cancellationToken = default) =>
        await _schemas.DeleteAsync(name, cancellationToken).ConfigureAwait(false);

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync()
    {
        _gateways.Dispose();
        return ValueTask.CompletedTask;
    }
}
