using System.Text;
using HBase.Client.Routing;
using TestKit;
using Xunit;

namespace HBase.Client.Tests.Security;

public sealed class KerberosTests
{
    [Theory]
    [InlineData(HBaseProtection.Authentication)]
    [InlineData(HBaseProtection.Integrity)]
    [InlineData(HBaseProtection.Privacy)]
    public Task Every_protection_carries_every_operation(HBaseProtection protection) =>
        SecureCluster.TryAsync(SecureCluster.Kerberos(protection));

    [Theory]
    [InlineData(HBaseProtection.Authentication, true)]
    [InlineData(HBaseProtection.Integrity, true)]
    [InlineData(HBaseProtection.Privacy, false)]
    public async Task Only_privacy_hides_what_is_said(HBaseProtection protection, bool readable)
    {
        var options = SecureCluster.Kerberos(protection);
        Assert.True(ServerAddress.TryParse(options.Masters, out var master));
        var seen = new MemoryStream();
        var tap = new TcpProxy(master.Host, master.Port)
        {
            Tap = bytes =>
            {
                lock (seen) seen.Write(bytes.Span);
            },
        };
        await using var closing = tap;
        tap.Start();
        options.AddressMap = new Dictionary<string, string> { [options.Masters] = $"localhost:{tap.Port}" };
        await using var client = new HBaseClient(options);
        var id = await client.GetClusterIdAsync();
        lock (seen) Assert.Equal(readable, Encoding.Latin1.GetString(seen.ToArray()).Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_principal_that_does_not_exist_is_reported()
    {
        var options = SecureCluster.Kerberos();
        options.Kerberos!.ServicePrincipal = "nobody/_HOST";
        var error = await SecureCluster.RefusedAsync<HBaseSecurityException>(options);
        Assert.Contains("nobody/localhost", error.Message, StringComparison.Ordinal);
        Assert.Contains("Kerberos.ServicePrincipal", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_a_ticket_is_refused_and_told_why()
    {
        var options = SecureCluster.Kerberos();
        options.Kerberos = null;
        var error = await SecureCluster.RefusedAsync<HBaseSecurityException>(options);
        Assert.Contains("Kerberos", error.Message, StringComparison.Ordinal);
        Assert.Equal("org.apache.hadoop.hbase.security.AccessDeniedException", error.ServerException);
    }

    [Fact]
    public async Task A_cluster_without_kerberos_is_not_used_without_saying_so()
    {
        var options = SecureCluster.Kerberos();
        options.Masters = RealHBase.Masters();
        var error = await SecureCluster.RefusedAsync<HBaseSecurityException>(options);
        Assert.Contains("no Kerberos", error.Message, StringComparison.Ordinal);
    }
}
