using HBase.GrainStorage.Hosting;
using HBase.GrainStorage.Tables;

namespace HBase.GrainStorage.Storage;

internal sealed class HBaseGrainStorageOptionsValidator(
    IServiceProvider services, HBaseGrainStorageOptions options, string name) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var errors = new List<string>();
        if (!TableName.IsValid(options.TableName))
            errors.Add($"{nameof(HBaseGrainStorageOptions.TableName)} is '{options.TableName}', "
                + "which is no name of a table.");
        if (!services.HasHBase(name))
            errors.Add($"No {nameof(IHBase)} is registered, neither under the provider's name nor without one.");
        if (errors.Count == 0) return;
        throw new OrleansConfigurationException(
            $"{nameof(HBaseGrainStorageOptions)} of the grain storage provider '{name}': {string.Join(' ', errors)}");
    }
}
