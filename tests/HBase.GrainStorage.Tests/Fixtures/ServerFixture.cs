namespace HBase.GrainStorage.Tests.Fixtures;

/// <summary>The servers that the environment names in HBASE_MASTERS.</summary>
public sealed class ServerFixture : HBaseFixture
{
    protected override ValueTask<IHBase?> ConnectAsync()
    {
        var masters = Environment.GetEnvironmentVariable("HBASE_MASTERS");
        return ValueTask.FromResult<IHBase?>(
            string.IsNullOrEmpty(masters) ? null : new HBaseClient(new HBaseClientOptions { Masters = masters }));
    }
}
