using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HBase.Client.Security;

/// <summary>Puts TLS on a connection, with what <see cref="HBaseTlsOptions"/> says.</summary>
internal static class TlsHandshake
{
    public static async Task<Stream> RunAsync(
        Stream stream, string host, HBaseTlsOptions options, CancellationToken cancellationToken)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            var authentication = Create(host, options);
            await tls.AuthenticateAsClientAsync(authentication, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (Exception e) when (e is AuthenticationException or CryptographicException)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw new HBaseSecurityException($"TLS with {host} failed: {Advice(e)}", e);
        }
        catch (IOException e)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw new IOException(
                $"TLS with {host}: the server closed the connection ({e.Message}). It may speak no TLS, or want a client "
                + "certificate (Tls.CertificateFile)",
                e);
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What an <see cref="SslStream"/> or an HTTP handler is to be given.</summary>
    public static SslClientAuthenticationOptions Create(string host, HBaseTlsOptions options)
    {
        var authentication = new SslClientAuthenticationOptions
        {
            TargetHost = options.TargetHost ?? host,
            CertificateRevocationCheckMode =
                options.CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        if (options.LoadAuthorities() is { } authorities)
        {
            authentication.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = authentication.CertificateRevocationCheckMode,
            };
            authentication.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        if (options.LoadCertificate() is { } certificate)
            authentication.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        if (options.PinnedCertificates.Count > 0)
        {
            authentication.RemoteCertificateValidationCallback =
                (_, presented, _, _) => presented is not null && options.IsPinned(presented);
        }

        options.Configure?.Invoke(authentication);
        return authentication;
    }

    private static string Advice(Exception e)
    {
        var text = e.InnerException is null ? e.Message : $"{e.Message} {e.InnerException.Message}";
        return $"{text} If the server's certificate was refused: name its authority in Tls.CaFile, its host in "
            + "Tls.TargetHost, or its fingerprint in Tls.PinnedCertificates. If the server refused: it may want a client "
            + "certificate (Tls.CertificateFile), or speak no TLS.";
    }
}
