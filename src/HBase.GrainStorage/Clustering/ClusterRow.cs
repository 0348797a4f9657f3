using HBase.GrainStorage.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace HBase.GrainStorage.Clustering;

/// <summary>Reads the row of this cluster: what silos and clients have in common.</summary>
internal sealed class ClusterRow(
    IServiceProvider services, IOptions<HBaseClusteringOptions> options, IOptions<ClusterOptions> cluster)
{
    /// <summary>An <c>IHBase</c> that is registered under it is taken before the one without a name.</summary>
    public const string ServiceKey = "Clustering";

    private static readonly IReadOnlyList<Column> Columns = [new Column(MembershipRow.Family)];

    /// <summary>
    /// Not before it is needed: Orleans' validators create the membership table, and need no connection.
    /// </summary>
    public IHBase HBase => services.GetHBase(ServiceKey);

    public string TableName => options.Value.TableName;

    public ITable Table => HBase.GetTable(TableName);

    public byte[] Key { get; } = MembershipRow.Key(cluster.Value.ServiceId, cluster.Value.ClusterId);

    public byte[] KeyOf(string clusterId) => MembershipRow.Key(cluster.Value.ServiceId, clusterId);

    public ValueTask<MembershipRow> ReadAsync(CancellationToken cancellationToken) => ReadAsync(Key, cancellationToken);

    public async ValueTask<MembershipRow> ReadAsync(byte[] key, CancellationToken cancellationToken) =>
        MembershipRow.Decode(
            await Table.GetAsync(new Get(key) { Columns = Columns }, cancellationToken).ConfigureAwait(false));
}
