using HBase.GrainStorage.Entities;
using HBase.GrainStorage.Hosting;
using HBase.GrainStorage.Tables;
using HBase.GrainStorage.Versions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Orleans.Hosting;

/// <summary>Adds the store of versions on HBase, beside that of entities.</summary>
public static class HBaseVersionStoreExtensions
{
    /// <summary>Adds the <see cref="IVersionStore"/>, and creates its table when the silo starts.</summary>
    /// <exception cref="OrleansConfigurationException">That is no name of a table.</exception>
    public static ISiloBuilder AddHBaseVersionStore(this ISiloBuilder builder, string table)
    {
        if (!TableName.IsValid(table)) throw new OrleansConfigurationException($"'{table}' is no name of a table.");
        builder.Services.AddHBaseTables();
        builder.Services.TryAddSingleton<IVersionStore>(
            provider => new HBaseVersionStore(provider.GetHBase(HBaseEntityTable.ServiceKey).GetTable(table)));
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => ActivatorUtilities.CreateInstance<HBaseVersionTable>(provider, table));
        return builder;
    }
}
