using HBase.GrainStorage.Hosting;
using HBase.GrainStorage.Tables;
using Microsoft.Extensions.Options;

namespace HBase.GrainStorage.Clustering;

internal sealed class HBaseClusteringOptionsValidator(
    IServiceProvider services, IOptions<HBaseClusteringOptions> options)
    : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var name = options.Value.TableName;
        if (!TableName.IsValid(name))
        {
            throw new OrleansConfigurationException(
                $"{nameof(HBaseClusteringOptions)}.{nameof(HBaseClusteringOptions.TableName)} "
                + $"is '{name}', which is no name of a table.");
        }

        if (!services.HasHBase(ClusterRow.ServiceKey))
            throw new OrleansConfigurationException(
                $"Clustering on HBase needs an {nameof(IHBase)}, and none is registered.");
    }
}
