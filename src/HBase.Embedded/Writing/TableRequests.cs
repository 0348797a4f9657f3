using HBase.Client;
using HBase.Embedded.Storage;

namespace HBase.Embedded.Writing;

internal sealed class CreateTableRequest(Catalog catalog, TableDescriptor descriptor) : WriteRequest<bool>
{
    private TableInfo? _table;

    public override bool Alone => true;

    public override void Apply(WriteGroup group)
    {
        if (catalog.Find(descriptor.Name) is null) _table = catalog.Create(descriptor, group.Batch);
        else Refusal = new HBaseTableExistsException($"Table '{descriptor.Name}' exists.") { Table = descriptor.Name };
    }

    public override void Complete()
    {
        if (_table is not null) catalog.Publish(_table);
        base.Complete();
    }
}

internal sealed class DeleteTableRequest(Catalog catalog, string name) : WriteRequest<bool>
{
    private TableInfo? _table;

    public override bool Alone => true;

    public override void Apply(WriteGroup group)
    {
        _table = catalog.Find(name);
        if (_table is null)
        {
            Refusal = TableInfo.NotFound(name);
            return;
        }

        catalog.Delete(_table, group.Batch);
        group.DropTable(_table);
    }

    public override void Complete()
    {
        if (_table is not null) catalog.Withdraw(_table);
        base.Complete();
    }
}
