using HBase.Client;
using HBase.Embedded.Storage;
using RocksDbSharp;

namespace HBase.Embedded.Writing;

/// <summary>
/// Calls that become durable together in one synced write. A call sees what the calls before it in the group have
/// changed, although nothing is written yet, so that each is answered as if it had been alone. Used by the writer's
/// thread only.
/// </summary>
internal sealed class WriteGroup(Store store, TimeProvider clock, KeyWriter key) : IDisposable
{
    private readonly Dictionary<byte[], FamilyState> _families = new(ByteComparer.Instance);
    private Iterator? _iterator;

    public Store Store { get; } = store;

    public KeyWriter Key { get; } = key;

    public WriteBatch Batch { get; } = new();

    /// <summary>What is stored, without this group.</summary>
    public Iterator Iterator => _iterator ??= Store.NewIterator();

    public long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public TableInfo? Table(string name) => Store.Catalog.Find(name);

    /// <summary>The state of a family of a row, with what the group has changed.</summary>
    public FamilyState Family(TableInfo table, ReadOnlySpan<byte> row, FamilyInfo family)
    {
        var prefix = Key.Table(table.Id).Row(row).Family(family.Name).Span;
        var families = _families.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (families.TryGetValue(prefix, out var state)) return state;
        var owned = prefix.ToArray();
        state = new FamilyState(this, family, owned);
        _families.Add(owned, state);
        return state;
    }

    /// <summary>Adds a checked mutation.</summary>
    /// <param name="putStamp">The timestamp of cells that have none.</param>
    /// <param name="now">The timestamp of deletes that have none.</param>
    public void Add(TableInfo table, Mutation mutation, long putStamp, long now)
    {
        if (mutation is Put put)
        {
            foreach (var cell in put.Cells)
                Family(table, put.Row.Span, table.Family(cell.Family.Span)!)
                    .Put(cell.Qualifier.Span, Stamp(cell.Timestamp, putStamp), cell.Value);
            return;
        }

        if (mutation is RowMutations several)
        {
            foreach (var one in several.Mutations) Add(table, one, putStamp, now);
            return;
        }

        var delete = (Delete)mutation;
        if (delete.Columns.Count == 0)
        {
            foreach (var family in table.Families) Family(table, delete.Row.Span, family).DeleteAll(now, now);
            return;
        }

        foreach (var (column, timestamp) in delete.Columns)
        {
            var family = Family(table, delete.Row.Span, table.Family(column.Family.Span)!);
            var stamp = Stamp(timestamp, now);
            if (column.Qualifier is { } qualifier) family.DeleteColumn(qualifier.Span, stamp, now);
            else family.DeleteAll(stamp, now);
        }
    }

    public void DropTable(TableInfo table) => Store.DropTable(Batch, table);

    /// <summary>Writes and syncs what the group has changed.</summary>
    public void Commit()
    {
        if (Batch.Count() > 0) Store.Write(Batch);
    }

    public void Dispose()
    {
        _iterator?.Dispose();
        Batch.Dispose();
    }

    private static long Stamp(long timestamp, long now) => timestamp == Mutation.LatestTimestamp ? now : timestamp;
}
