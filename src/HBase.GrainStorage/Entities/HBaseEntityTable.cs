using HBase.GrainStorage.Hosting;
using HBase.GrainStorage.Tables;
using Microsoft.Extensions.Options;

namespace HBase.GrainStorage.Entities;

/// <summary>Sees to the entities' table before the silo takes calls.</summary>
internal sealed class HBaseEntityTable(
    IServiceProvider services, HBaseTables tables, IOptions<HBaseEntityStoreOptions> options)
    : TableAtStart(ServiceLifecycleStage.ApplicationServices)
{
    /// <summary>An <c>IHBase</c> that is registered under it is taken before the one without a name.</summary>
    public const string ServiceKey = "Entities";

    protected override Task EnsureAsync(CancellationToken cancellationToken) =>
        tables.EnsureStateTableAsync(services.GetHBase(ServiceKey), options.Value.TableName, cancellationToken);
}
