using Orleans.Storage;

namespace HBase.GrainStorage.Storage;

/// <summary>
/// Options of one grain storage provider. Its <c>IHBase</c> is the one registered in the service collection under the
/// provider's name, else the one registered without a name; it belongs to who registered it.
/// </summary>
public sealed class HBaseGrainStorageOptions : IStorageProviderSerializerOptions
{
    /// <summary>
    /// The table, <c>qualifier</c> or <c>namespace:qualifier</c>; it may be that of the entities. Rows do not name the
    /// service: give each service that shares an HBase a table or a namespace of its own.
    /// </summary>
    public string TableName { get; set; } = Tables.HBaseTables.DefaultStateTable;

    /// <summary>When the silo's start sees to the table.</summary>
    public int InitStage { get; set; } = ServiceLifecycleStage.ApplicationServices;

    /// <summary>
    /// What states are serialized with. Default: the serializer registered under the provider's name, else Orleans' own
    /// default.
    /// </summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;
}
