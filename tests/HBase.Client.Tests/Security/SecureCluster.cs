using System.Text;
using TestKit;
using Xunit;

namespace HBase.Client.Tests.Security;

/// <summary>The clusters with TLS and with Kerberos that the environment names, and what is tried on each.</summary>
internal static class SecureCluster
{
    private static readonly byte[] _family = "s"u8.ToArray();
    private static readonly byte[] _qualifier = "q"u8.ToArray();

    /// <summary>A cluster that speaks TLS only and wants client certificates.</summary>
    public static HBaseClientOptions Tls() => new()
    {
        Masters = RealHBase.Named("HBASE_TLS_MASTERS", "masters of a cluster with TLS"),
        OperationTimeout = TimeSpan.FromSeconds(3),
        Tls = new HBaseTlsOptions
        {
            CaFile = Certificate("ca.pem"),
            CertificateFile = Certificate("client.pem"),
            KeyFile = Certificate("client.key"),
        },
    };

    /// <summary>A cluster that wants Kerberos and offers every protection.</summary>
    public static HBaseClientOptions Kerberos(HBaseProtection protection = HBaseProtection.Authentication)
    {
        // What libgssapi reads: the test process is started with them.
        RealHBase.Named("KRB5_CONFIG", "krb5.conf of the realm");
        RealHBase.Named("KRB5_CLIENT_KTNAME", "keytab of a client");
        return new HBaseClientOptions
        {
            Masters = RealHBase.Named("HBASE_KERBEROS_MASTERS", "masters of a cluster with Kerberos"),
            OperationTimeout = TimeSpan.FromSeconds(3),
            Kerberos = new HBaseKerberosOptions { Protection = protection },
        };
    }

    public static string Certificate(string file) =>
        Path.Combine(RealHBase.Named("HBASE_CERTIFICATES", "folder of certificates"), file);

    /// <summary>Writes and reads small rows by the hundred and one of megabytes, in a table of its own.</summary>
    public static async Task TryAsync(HBaseClientOptions options)
    {
        await using var client = new HBaseClient(options);
        var name = $"secure_{Guid.NewGuid():N}";
        await client.CreateTableAsync(new TableDescriptor(name, [new FamilyDescriptor("s")]) { GroupCommit = true });
        try
        {
            await UseAsync(client.GetTable(name));
        }
        finally
        {
            await client.DeleteTableAsync(name);
        }
    }

    /// <summary>An operation fails with that type of error at once, not after the operation time-out.</summary>
    public static async Task<T> RefusedAsync<T>(HBaseClientOptions options)
        where T : HBaseException
    {
        options.OperationTimeout = TimeSpan.FromMinutes(10);
        await using var client = new HBaseClient(options);
        var put = client.GetTable("any").MutateAsync(new Put("r"u8.ToArray()).Add(_family, _qualifier, "v"u8.ToArray()));
        return await Assert.ThrowsAsync<T>(() => put.AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static async Task UseAsync(ITable table)
    {
        var puts = Enumerable.Range(0, 500).Select(i => (Mutation)new Put(Key(i)).Add(_family, _qualifier, Key(i))).ToList();
        Assert.All(await table.MutateAsync(puts), Assert.Null);
        var rows = await table.GetAsync([.. Enumerable.Range(0, 500).Select(i => new Get(Key(i)))]);
        for (var i = 0; i < rows.Count; i++) Assert.Equal(Key(i), rows[i]!.Value(_family, _qualifier)!.Value.ToArray());

        var large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        await table.MutateAsync(new Put("z"u8.ToArray()).Add(_family, _qualifier, large));
        Assert.True((await table.GetAsync(new Get("z"u8.ToArray())))!.Value(_family, _qualifier)!.Value.Span.SequenceEqual(large));

        var absent = new Condition("a"u8.ToArray(), _family, _qualifier, default);
        var commit = new ConditionalCommit(absent, new Put("a"u8.ToArray()).Add(_family, _qualifier, "1"u8.ToArray(), 1), []);
        Assert.True(await table.CommitAsync(commit));
        Assert.False(await table.CommitAsync(commit));
        var count = 0;
        await foreach (var row in table.ScanAsync(new Scan { Caching = 100 })) count++;
        Assert.Equal(502, count);
    }

    private static byte[] Key(int i) => Encoding.ASCII.GetBytes($"row{i:D4}");
}
