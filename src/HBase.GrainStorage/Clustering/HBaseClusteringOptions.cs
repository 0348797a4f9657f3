namespace HBase.GrainStorage.Clustering;

/// <summary>Where a cluster's members are kept; silos and clients of a cluster must agree on it.</summary>
public sealed class HBaseClusteringOptions
{
    /// <summary>
    /// The table, <c>qualifier</c> or <c>namespace:qualifier</c>; any number of clusters may share it.
    /// </summary>
    public string TableName { get; set; } = Tables.HBaseTables.DefaultClusterTable;
}
