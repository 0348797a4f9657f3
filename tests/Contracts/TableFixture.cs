using System.Text;
using HBase.Client;
using Xunit;

namespace Contracts;

/// <summary>The store and the table of one class of <see cref="TableContract"/>.</summary>
public abstract class TableFixture : IAsyncLifetime
{
    private IHBase? _hbase;

    public IHBase HBase => _hbase ?? throw new InvalidOperationException("Not started.");

    public string TableName { get; } = $"contract_{Guid.NewGuid():N}";

    /// <summary>Inside the rows of the tests that cross regions.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> SplitKeys { get; } =
        [.. new[] { "bounds/m", "filtered/m", "inclusive/c", "limit/m", "many/m", "multi/m", "reversed/m" }
            .Select(k => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(k))];

    /// <summary>Opens the store and makes the table, once. Called by each test and not at the fixture's creation,
    /// because a fixture cannot skip.</summary>
    public async ValueTask StartAsync()
    {
        if (_hbase is not null) return;
        var hbase = await OpenAsync();
        await CreateTableAsync(hbase);
        _hbase = hbase;
    }

    public static TableDescriptor Descriptor(string name) =>
        new(name, [new FamilyDescriptor("f"), new FamilyDescriptor("g") { MaxVersions = 3 }])
        {
            SplitKeys = SplitKeys,
            GroupCommit = true,
        };

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_hbase is null) return;
        await _hbase.DeleteTableAsync(TableName);
        await _hbase.DisposeAsync();
        await ClosedAsync();
    }

    /// <summary>What the store cannot do and says so: <see cref="TableContract"/> leaves it out.</summary>
    public virtual TableFeatures Missing => TableFeatures.None;

    /// <summary>Makes the table of <see cref="Descriptor"/>.</summary>
    protected virtual ValueTask CreateTableAsync(IHBase hbase) => hbase.CreateTableAsync(Descriptor(TableName));

    /// <summary>Opens the store; skips the test when there is none.</summary>
    protected abstract ValueTask<IHBase> OpenAsync();

    /// <summary>Cleans up after the store was closed.</summary>
    protected virtual ValueTask ClosedAsync() => default;
}
