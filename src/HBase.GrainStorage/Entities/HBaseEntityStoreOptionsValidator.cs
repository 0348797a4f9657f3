using HBase.GrainStorage.Hosting;
using HBase.GrainStorage.Tables;
using Microsoft.Extensions.Options;

namespace HBase.GrainStorage.Entities;

internal sealed class HBaseEntityStoreOptionsValidator(
    IServiceProvider services, IOptions<HBaseEntityStoreOptions> options)
    : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var name = options.Value.TableName;
        if (!TableName.IsValid(name))
        {
            throw new OrleansConfigurationException(
                $"{nameof(HBaseEntityStoreOptions)}.{nameof(HBaseEntityStoreOptions.TableName)} "
                + $"is '{name}', which is no name of a table.");
        }

        if (!services.HasHBase(HBaseEntityTable.ServiceKey))
            throw new OrleansConfigurationException(
                $"The entity store needs an {nameof(IHBase)}, and none is registered.");
    }
}
