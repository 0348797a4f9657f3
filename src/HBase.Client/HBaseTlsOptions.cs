using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HBase.Client;

/// <summary>
/// TLS to every server of the cluster (HBase 2.6, <c>hbase.server.netty.tls.enabled</c>), or to REST gateways. Files are read at
/// each new connection, so that a renewed certificate needs no restart.
/// </summary>
public sealed class HBaseTlsOptions
{
    /// <summary>PEM file of the authorities that servers' certificates must come from. Default: those of the system.</summary>
    public string? CaFile { get; set; }

    /// <summary>
    /// SHA-256 fingerprints, in hexadecimal, of server certificates to accept whatever authority and name they have; any other
    /// certificate is refused then. Colons are allowed. Default: none, and <see cref="CaFile"/> and the host's name decide.
    /// </summary>
    public IReadOnlyList<string> PinnedCertificates { get; set; } = [];

    /// <summary>
    /// The client's own certificate: PEM with <see cref="KeyFile"/>, or PKCS#12 without. HBase asks for one unless
    /// <c>hbase.server.netty.tls.client.auth.mode</c> is NONE. Default: none.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of the private key to <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Password of the key or of the PKCS#12 file. Default: none.</summary>
    public string? KeyPassword { get; set; }

    /// <summary>The name that servers' certificates must have. Default: the host that is connected to.</summary>
    public string? TargetHost { get; set; }

    /// <summary>Whether revoked certificates are found out and refused; asks the authority's servers. Default false.</summary>
    public bool CheckRevocation { get; set; }

    /// <summary>Changes what was made of the options above, right before each handshake. Default: nothing.</summary>
    public Action<SslClientAuthenticationOptions>? Configure { get; set; }

    /// <summary>Everything that is wrong with these options; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (KeyFile is not null && CertificateFile is null) errors.Add("Tls.KeyFile needs Tls.CertificateFile.");
        foreach (var pin in PinnedCertificates)
        {
            var digits = Normalize(pin);
            if (digits.Length != 2 * SHA256.HashSizeInBytes || !digits.All(char.IsAsciiHexDigit))
                errors.Add($"Tls.PinnedCertificates: '{pin}' is not a SHA-256 fingerprint, 64 hexadecimal digits.");
        }

        try
        {
            if (CaFile is not null && LoadAuthorities()!.Count == 0) errors.Add($"Tls.CaFile: {CaFile} has no PEM certificate.");
            LoadCertificate()?.Dispose();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            errors.Add($"Tls: a certificate or key cannot be read: {e.Message}");
        }

        return errors;
    }

    internal X509Certificate2Collection? LoadAuthorities()
    {
        if (CaFile is null) return null;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(CaFile);
        return authorities;
    }

    internal X509Certificate2? LoadCertificate()
    {
        if (CertificateFile is null) return null;
        if (KeyFile is null) return X509CertificateLoader.LoadPkcs12FromFile(CertificateFile, KeyPassword);
        return KeyPassword is null
            ? X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile)
            : X509Certificate2.CreateFromEncryptedPemFile(CertificateFile, KeyPassword, KeyFile);
    }

    internal bool IsPinned(X509Certificate certificate)
    {
        var fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        return PinnedCertificates.Any(pin => string.Equals(Normalize(pin), fingerprint, StringComparison.OrdinalIgnoreCase));
    }

    private static string Normalize(string pin) => pin.Replace(":", "", StringComparison.Ordinal).Trim();
}
