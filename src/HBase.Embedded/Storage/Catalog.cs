using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using HBase.Client;
using RocksDbSharp;

namespace HBase.Embedded.Storage;

/// <summary>
/// The tables: read by everyone, changed by the writer's thread only. Kept in a column family of its own: name →
/// JSON, and under the empty key the next free id.
/// </summary>
internal sealed class Catalog
{
    private readonly ConcurrentDictionary<string, TableInfo> _tables = new(StringComparer.Ordinal);
    private readonly ColumnFamilyHandle _handle;
    private uint _nextId = 1;

    public Catalog(RocksDb db, ColumnFamilyHandle handle)
    {
        _handle = handle;
        using var iterator = db.NewIterator(handle);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            if (iterator.GetKeySpan().IsEmpty)
            {
                _nextId = BinaryPrimitives.ReadUInt32BigEndian(iterator.GetValueSpan());
                continue;
            }

            var table = JsonSerializer.Deserialize<TableInfo>(iterator.GetValueSpan())!;
            _tables[table.Name] = table;
        }
    }

    public TableInfo? Find(string name) => _tables.GetValueOrDefault(name);

    public TableInfo Get(string name) => Find(name) ?? throw TableInfo.NotFound(name);

    /// <summary>Adds the table to the batch; <see cref="Publish"/> it once that is written.</summary>
    public TableInfo Create(TableDescriptor descriptor, WriteBatch batch)
    {
        var families = descriptor.Families.Select(f => new FamilyInfo(Encoding.UTF8.GetBytes(f.Name), f.MaxVersions));
        var table = new TableInfo(descriptor.Name, _nextId++, [.. families]);
        Span<byte> next = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(next, _nextId);
        batch.Put([], next, _handle);
        batch.Put(Encoding.UTF8.GetBytes(table.Name), JsonSerializer.SerializeToUtf8Bytes(table), _handle);
        return table;
    }

    public void Publish(TableInfo table) => _tables[table.Name] = table;

    /// <summary>Adds the table's removal to the batch; <see cref="Withdraw"/> it once that is written.</summary>
    public void Delete(TableInfo table, WriteBatch batch) =>
        batch.Delete(Encoding.UTF8.GetBytes(table.Name).AsSpan(), _handle);

    public void Withdraw(TableInfo table) => _tables.TryRemove(table.Name, out _);
}
