using HBase.GrainStorage.Hosting;
using HBase.GrainStorage.Tables;
using Microsoft.Extensions.Options;

namespace HBase.GrainStorage.Entities;

/// <summary>Sees to the entities' table before the silo takes calls.</summary>
internal sealed class HBaseEntityTable(
    IServiceProvider services, HBaseTables tables, IOptions<HBaseEntityStoreOptions> options)
    : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>An <c>IHBase</c> that is registered under it is taken before the one without a name.</summary>
    public const string ServiceKey = "Entities";

    private Task _ensured = Task.CompletedTask;

    /// <summary>Begins with the silo, beside all else that it has to do before it takes calls.</summary>
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(HBaseEntityTable), ServiceLifecycleStage.First, token =>
        {
            _ensured = Task.Run(
                () => tables.EnsureStateTableAsync(services.GetHBase(ServiceKey), options.Value.TableName, token), token);
            return Task.CompletedTask;
        });
        lifecycle.Subscribe(nameof(HBaseEntityTable), ServiceLifecycleStage.ApplicationServices, _ => _ensured);
    }
}
