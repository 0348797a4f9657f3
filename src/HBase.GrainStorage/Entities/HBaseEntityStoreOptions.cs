namespace HBase.GrainStorage.Entities;

/// <summary>Where entities are stored.</summary>
public sealed class HBaseEntityStoreOptions
{
    /// <summary>
    /// The table, <c>qualifier</c> or <c>namespace:qualifier</c>. Rows do not name the service: give each service that
    /// shares an HBase a table or a namespace of its own.
    /// </summary>
    public string TableName { get; set; } = Tables.HBaseTables.DefaultStateTable;
}
