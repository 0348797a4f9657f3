using HBase.GrainStorage.Entities;
using HBase.GrainStorage.Hosting;
using HBase.GrainStorage.Tables;

namespace HBase.GrainStorage.Versions;

/// <summary>Sees to the versions' table before they are read, which is before the silo takes calls.</summary>
internal sealed class HBaseVersionTable(string table, IServiceProvider services, HBaseTables tables)
    : TableAtStart(ServiceLifecycleStage.ApplicationServices - 1)
{
    protected override Task EnsureAsync(CancellationToken cancellationToken) =>
        tables.EnsureVersionTableAsync(services.GetHBase(HBaseEntityTable.ServiceKey), table, cancellationToken);
}
