using HBase.Client;
using HBase.Embedded.Storage;
using HBase.Embedded.Writing;

namespace HBase.Embedded;

/// <summary>
/// HBase's tables in a directory of this process, on RocksDB, with HBase's semantics and one region. What is
/// acknowledged is on disk. Of a table's and a family's attributes only the number of versions has an effect; any
/// namespace exists.
/// </summary>
public sealed class EmbeddedHBase : IHBase
{
    private readonly Store _store;
    private readonly WriterLoop _writer;
    private readonly Lazy<Task> _closed;

    /// <summary>Opens the store, recovering what a killed process left.</summary>
    /// <param name="timeProvider">Stamps cells that have no timestamp; the system's clock when null.</param>
    /// <exception cref="HBaseUnavailableException">The directory is open already, here or in another
    /// process.</exception>
    public EmbeddedHBase(EmbeddedHBaseOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var clock = timeProvider ?? TimeProvider.System;
        _store = new Store(options, clock.GetUtcNow().ToUnixTimeMilliseconds());
        _writer = new WriterLoop(_store, clock, options);
        _closed = new Lazy<Task>(CloseAsync);
    }

    public ITable GetTable(string name)
    {
        RequestCheck.TableName(name);
        return new EmbeddedTable(name, _store, _writer);
    }

    public ValueTask<bool> TableExistsAsync(string name, CancellationToken cancellationToken = default)
    {
        RequestCheck.TableName(name);
        using var pass = _store.Enter();
        return ValueTask.FromResult(_store.Catalog.Find(name) is not null);
    }

    public async ValueTask CreateTableAsync(TableDescriptor descriptor, CancellationToken cancellationToken = default)
    {
        RequestCheck.Table(descriptor);
        var request = new CreateTableRequest(_store.Catalog, descriptor);
        await _writer.SubmitAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteTableAsync(string name, CancellationToken cancellationToken = default)
    {
        RequestCheck.TableName(name);
        var request = new DeleteTableRequest(_store.Catalog, name);
        await _writer.SubmitAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what is queued, waits for the reads in progress, ends open scans, and closes the
    /// files.</summary>
    public async ValueTask DisposeAsync() => await _closed.Value.ConfigureAwait(false);

    private async Task CloseAsync()
    {
        await _writer.StopAsync().ConfigureAwait(false);
        await _store.CloseAsync().ConfigureAwait(false);
    }
}
