using HBase.GrainStorage.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HBase.GrainStorage.Tests.Fixtures;

/// <summary>
/// One HBase for a test class, with tables of its own; a class that finds none is skipped, under CI it fails.
/// </summary>
public abstract class HBaseFixture : IAsyncLifetime
{
    private readonly List<string> _tables = [];
    private readonly SemaphoreSlim _creating = new(1);
    private IHBase? _hbase;
    private string? _stateTable;
    private string? _clusterTable;

    public IHBase HBase
    {
        get
        {
            Require();
            return _hbase!;
        }
    }

    public async ValueTask InitializeAsync() => _hbase = await ConnectAsync();

    public async ValueTask DisposeAsync()
    {
        if (_hbase is null) return;
        foreach (var table in _tables)
        {
            if (await _hbase.TableExistsAsync(table)) await _hbase.DeleteTableAsync(table);
        }

        await _hbase.DisposeAsync();
        await CloseAsync();
        _creating.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Skips the test when there is no HBase.</summary>
    public void Require()
    {
        if (_hbase is not null) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail("HBASE_MASTERS is not set.");
        Assert.Skip("HBASE_MASTERS is not set: no HBase server to test with.");
    }

    /// <summary>A name that no other table has; the table is deleted at the end.</summary>
    public string NewTableName(string what)
    {
        var name = $"{what}_{Guid.NewGuid():N}";
        lock (_tables) _tables.Add(name);
        return name;
    }

    public async Task<ITable> StateTableAsync()
    {
        await _creating.WaitAsync();
        try
        {
            if (_stateTable is null)
            {
                var name = NewTableName("entities");
                await Tables().EnsureStateTableAsync(HBase, name);
                _stateTable = name;
            }

            return HBase.GetTable(_stateTable);
        }
        finally
        {
            _creating.Release();
        }
    }

    public string ClusterTableName => _clusterTable ??= NewTableName("cluster");

    public static HBaseTables Tables(HBaseTablesOptions? options = null) => new(
        Options.Create(options ?? new() { Regions = 4 }), TimeProvider.System, NullLogger<HBaseTables>.Instance);

    /// <summary>Null when there is none to connect to.</summary>
    protected abstract ValueTask<IHBase?> ConnectAsync();

    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;
}
