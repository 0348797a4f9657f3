using HBase.GrainStorage.Entities;
using HBase.GrainStorage.Hosting;
using HBase.GrainStorage.Tables;

namespace HBase.GrainStorage.Versions;

/// <summary>Sees to the versions' table before the silo takes calls.</summary>
internal sealed class HBaseVersionTable(string table, IServiceProvider services, HBaseTables tables) : ILifecycleParticipant<ISiloLifecycle>
{
    private Task _ensured = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(HBaseVersionTable), ServiceLifecycleStage.First, token =>
        {
            _ensured = Task.Run(() => tables.EnsureVersionTableAsync(services.GetHBase(HBaseEntityTable.ServiceKey), table, token), token);
            return Task.CompletedTask;
        });
        lifecycle.Subscribe(nameof(HBaseVersionTable), ServiceLifecycleStage.ApplicationServices - 1, _ => _ensured);
    }
}
