using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TestKit;
using Xunit;

namespace HBase.Client.Tests.Security;

public sealed class TlsTests
{
    [Fact]
    public Task A_server_whose_certificate_comes_from_the_named_authority_is_used() => SecureCluster.TryAsync(SecureCluster.Tls());

    [Fact]
    public Task A_client_certificate_may_be_in_a_pkcs12_file()
    {
        var options = SecureCluster.Tls();
        options.Tls!.CertificateFile = SecureCluster.Certificate("client.p12");
        (options.Tls.KeyFile, options.Tls.KeyPassword) = (null, "changeit");
        Assert.Empty(options.Validate());
        return SecureCluster.TryAsync(options);
    }

    [Fact]
    public async Task A_pinned_certificate_is_accepted_without_its_authority_and_no_other_one()
    {
        var options = SecureCluster.Tls();
        options.Tls!.CaFile = null;
        using var server = X509CertificateLoader.LoadCertificateFromFile(SecureCluster.Certificate("server.pem"));
        options.Tls.PinnedCertificates = [server.GetCertHashString(HashAlgorithmName.SHA256)];
        await SecureCluster.TryAsync(options);

        options.Tls.PinnedCertificates = [new string('0', 64)];
        options.Tls.CaFile = SecureCluster.Certificate("ca.pem");
        await SecureCluster.RefusedAsync<HBaseSecurityException>(options);
    }

    [Fact]
    public async Task A_server_of_an_unknown_authority_is_refused()
    {
        var options = SecureCluster.Tls();
        options.Tls!.CaFile = null;
        var error = await SecureCluster.RefusedAsync<HBaseSecurityException>(options);
        Assert.Contains("Tls.CaFile", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task A_server_of_another_name_is_refused()
    {
        var options = SecureCluster.Tls();
        options.Tls!.TargetHost = "elsewhere.example";
        var error = await SecureCluster.RefusedAsync<HBaseSecurityException>(options);
        Assert.Contains("Tls.TargetHost", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_wants_a_client_certificate_and_gets_none_is_reported()
    {
        var options = SecureCluster.Tls();
        (options.Tls!.CertificateFile, options.Tls.KeyFile) = (null, null);
        options.OperationTimeout = TimeSpan.FromMilliseconds(500);
        await using var client = new HBaseClient(options);
        // With TLS 1.3 the server refuses after the handshake: then it is a connection that breaks.
        var error = await Assert.ThrowsAnyAsync<HBaseException>(async () => await client.GetClusterIdAsync());
        Assert.True(error is HBaseSecurityException or HBaseUnavailableException, error.ToString());
    }

    [Fact]
    public async Task A_server_without_tls_is_reported()
    {
        var options = SecureCluster.Tls();
        options.Masters = RealHBase.Masters();
        var error = await SecureCluster.RefusedAsync<HBaseSecurityException>(options);
        Assert.Contains("speak no TLS", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_tls_does_not_get_in()
    {
        var options = SecureCluster.Tls();
        options.Tls = null;
        options.OperationTimeout = TimeSpan.FromMilliseconds(500);
        await using var client = new HBaseClient(options);
        await Assert.ThrowsAsync<HBaseUnavailableException>(async () => await client.GetClusterIdAsync());
    }
}
