using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HBase.Client.Connection;
using HBase.Client.Protocol.Messages;
using HBase.Client.Security;
using Xunit;

namespace HBase.Client.Tests.Security;

public sealed class SecurityOptionsTests
{
    [Fact]
    public void Good_options_have_no_errors()
    {
        var options = new HBaseClientOptions
        {
            Masters = "a:1",
            Tls = new HBaseTlsOptions { PinnedCertificates = [string.Join(':', Enumerable.Repeat("aB", 32))] },
            Kerberos = new HBaseKerberosOptions { ServicePrincipal = "hbase/_HOST@EXAMPLE.COM", MasterPrincipal = "m/b.example" },
        };
        Assert.Empty(options.Validate());
    }

    [Theory]
    [InlineData("hbase")]
    [InlineData("hbase/")]
    [InlineData("/host")]
    [InlineData("a/b/c")]
    public void A_principal_is_service_and_host(string principal)
    {
        Assert.Contains("ServicePrincipal", Assert.Single(new HBaseKerberosOptions { ServicePrincipal = principal }.Validate()));
        Assert.Contains("MasterPrincipal", Assert.Single(new HBaseKerberosOptions { MasterPrincipal = principal }.Validate()));
    }

    [Fact]
    public void Masters_may_have_a_principal_of_their_own()
    {
        var options = new HBaseKerberosOptions { ServicePrincipal = "rs/_HOST@R", MasterPrincipal = "m/_HOST" };
        Assert.Equal("rs/a.b", options.TargetOf("a.b", isMaster: false));
        Assert.Equal("m/a.b", options.TargetOf("a.b", isMaster: true));
        Assert.Equal("hbase/a.b", new HBaseKerberosOptions().TargetOf("a.b", isMaster: true));
    }

    [Fact]
    public void What_is_wrong_with_tls_is_said_before_the_first_connection()
    {
        Assert.Single(new HBaseTlsOptions { PinnedCertificates = ["12:34"] }.Validate());
        Assert.Single(new HBaseTlsOptions { CaFile = "/no/such/file" }.Validate());
        Assert.Single(new HBaseTlsOptions { CertificateFile = "/no/such/file" }.Validate());
        Assert.Single(new HBaseTlsOptions { KeyFile = "key.pem" }.Validate());
        var empty = Path.GetTempFileName();
        Assert.Contains("no PEM certificate", Assert.Single(new HBaseTlsOptions { CaFile = empty }.Validate()));
        File.Delete(empty);
    }

    [Fact]
    public void A_certificate_is_pinned_by_its_fingerprint()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        Assert.True(new HBaseTlsOptions { PinnedCertificates = ["00", fingerprint] }.IsPinned(certificate));
        Assert.False(new HBaseTlsOptions { PinnedCertificates = [fingerprint[..^1] + "g"] }.IsPinned(certificate));
    }

    [Theory]
    [InlineData(0b111, HBaseProtection.Authentication, HBaseProtection.Authentication)]
    [InlineData(0b110, HBaseProtection.Authentication, HBaseProtection.Integrity)]
    [InlineData(0b100, HBaseProtection.Integrity, HBaseProtection.Privacy)]
    [InlineData(0b111, HBaseProtection.Privacy, HBaseProtection.Privacy)]
    public void Of_the_offer_the_weakest_that_is_enough_is_chosen(int offer, HBaseProtection least, HBaseProtection chosen) =>
        Assert.Equal(chosen, SaslHandshake.Choose((byte)offer, least));

    [Fact]
    public void An_offer_that_is_not_enough_is_refused()
    {
        var error = Assert.Throws<HBaseSecurityException>(() => SaslHandshake.Choose(0b011, HBaseProtection.Privacy));
        Assert.Contains("hbase.rpc.protection", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_header_tells_the_attributes_and_with_kerberos_no_user()
    {
        var settings = new ConnectionSettings("me", TimeSpan.FromSeconds(1), 1, TimeProvider.System)
        {
            Compression = HBaseCompression.Snappy,
            Attributes = new Dictionary<string, string> { ["job"] = "nightly" },
        };
        var header = ConnectionHeader.Parser.ParseFrom(Preamble.Header(settings, "ClientService").AsSpan(4));
        Assert.Equal("me", header.UserInfo.EffectiveUser);
        Assert.Equal("org.apache.hadoop.io.compress.SnappyCodec", header.CellBlockCompressorClass);
        Assert.Equal(("job", "nightly"), (header.Attribute[0].Name, header.Attribute[0].Value.ToStringUtf8()));

        var secure = Preamble.Header(settings with { Kerberos = new HBaseKerberosOptions() }, "ClientService");
        Assert.Null(ConnectionHeader.Parser.ParseFrom(secure.AsSpan(4)).UserInfo);
    }
}
