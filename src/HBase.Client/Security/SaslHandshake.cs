using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Text;

namespace HBase.Client.Security;

/// <summary>
/// SASL with mechanism GSSAPI (RFC 4752) in HBase's framing. Client: length 4, token. Server: status 4; if it is 0 length 4,
/// token, else the exception's class and message, each behind a length. After Kerberos itself the server offers what it can do
/// to the bytes that follow, and the client picks.
/// </summary>
internal sealed class SaslHandshake(Stream stream, string target, HBaseKerberosOptions options, int maxFrame)
{
    private const int SwitchToSimple = -88;
    private const int MaxToken = 1 << 20;

    // RFC 4752: the largest size that three bytes can say.
    private const int MaxReceive = 0xFFFFFF;

    /// <summary>The stream to go on with: the same one, or one that wraps what is written and unwraps what is read.</summary>
    /// <exception cref="HBaseSecurityException">One side did not accept the other.</exception>
    public async Task<Stream> RunAsync(CancellationToken cancellationToken)
    {
        var context = new NegotiateAuthentication(new NegotiateAuthenticationClientOptions
        {
            Package = "Kerberos",
            TargetName = target,
            Credential = options.Credential ?? CredentialCache.DefaultNetworkCredentials,
            RequireMutualAuthentication = true,
            // The offer is signed always.
            RequiredProtectionLevel =
                options.Protection == HBaseProtection.Privacy ? ProtectionLevel.EncryptAndSign : ProtectionLevel.Sign,
        });
        var keeps = false;
        try
        {
            await AuthenticateAsync(context, cancellationToken).ConfigureAwait(false);
            var (protection, maxSend) = await AgreeAsync(context, cancellationToken).ConfigureAwait(false);
            if (protection == HBaseProtection.Authentication) return stream;
            keeps = true;
            return new SaslStream(stream, context, protection == HBaseProtection.Privacy, maxSend, maxFrame);
        }
        finally
        {
            if (!keeps) context.Dispose();
        }
    }

    /// <summary>Of what the server offers the weakest that is enough.</summary>
    internal static HBaseProtection Choose(byte offer, HBaseProtection least)
    {
        for (var protection = least; protection <= HBaseProtection.Privacy; protection++)
        {
            if ((offer & Bit(protection)) != 0) return protection;
        }

        throw new HBaseSecurityException(
            $"The server offers no protection as strong as Kerberos.Protection={least} (its offer: {offer:X2}). Lower the option "
            + "or add to hbase.rpc.protection on the servers.");
    }

    private static byte Bit(HBaseProtection protection) => (byte)(1 << (int)protection);

    private async Task AuthenticateAsync(NegotiateAuthentication context, CancellationToken cancellationToken)
    {
        var challenge = Array.Empty<byte>();
        while (true)
        {
            var (token, status) = await NextAsync(context, challenge, cancellationToken).ConfigureAwait(false);
            if (status is not (NegotiateAuthenticationStatusCode.Completed or NegotiateAuthenticationStatusCode.ContinueNeeded))
                throw Refused(status);
            await SendAsync(token ?? [], cancellationToken).ConfigureAwait(false);
            if (status == NegotiateAuthenticationStatusCode.Completed) return;
            challenge = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // May ask the KDC, and blocks while it does.
    private static Task<(byte[]? Token, NegotiateAuthenticationStatusCode Status)> NextAsync(
        NegotiateAuthentication context, byte[] challenge, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                var token = context.GetOutgoingBlob(challenge, out var status);
                return (token, status);
            },
            cancellationToken).WaitAsync(cancellationToken);

    private async Task<(HBaseProtection Protection, int MaxSend)> AgreeAsync(
        NegotiateAuthentication context, CancellationToken cancellationToken)
    {
        var offered = new ArrayBufferWriter<byte>();
        var wrapped = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        var status = context.Unwrap(wrapped, offered, out _);
        if (status != NegotiateAuthenticationStatusCode.Completed || offered.WrittenCount != 4)
            throw new HBaseSecurityException($"{target} sent no valid offer of a security layer ({status}).");
        var offer = BinaryPrimitives.ReadUInt32BigEndian(offered.WrittenSpan);
        var protection = Choose((byte)(offer >> 24), options.Protection);
        var answer = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(
            answer, protection == HBaseProtection.Authentication ? 0 : MaxReceive);
        answer[0] = Bit(protection);
        var reply = new ArrayBufferWriter<byte>();
        status = context.Wrap(answer, reply, requestEncryption: false, out _);
        if (status != NegotiateAuthenticationStatusCode.Completed) throw Refused(status);
        await SendAsync(reply.WrittenMemory, cancellationToken).ConfigureAwait(false);
        return (protection, (int)(offer & MaxReceive));
    }

    private HBaseSecurityException Refused(NegotiateAuthenticationStatusCode status) => new(
        $"Kerberos gave no ticket for {target} ({status}). Check that 'klist' shows a valid ticket (kinit, or a keytab named by "
        + "KRB5_CLIENT_KTNAME), that krb5.conf names the realm of that host, that Kerberos.ServicePrincipal is the servers' "
        + "principal, and on Linux that libgssapi-krb5-2 is installed.");

    private async Task SendAsync(ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        var bytes = new byte[sizeof(int) + token.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, token.Length);
        token.CopyTo(bytes.AsMemory(sizeof(int)));
        await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    private async Task<byte[]> ReceiveAsync(CancellationToken cancellationToken)
    {
        var status = await ReadIntAsync(cancellationToken).ConfigureAwait(false);
        if (status == 0)
        {
            var length = await ReadIntAsync(cancellationToken).ConfigureAwait(false);
            if (length == SwitchToSimple)
            {
                throw new HBaseSecurityException(
                    $"{target} uses no Kerberos, and going on without would hide a false server: leave out Kerberos in the options.");
            }

            return await ReadAsync(length, cancellationToken).ConfigureAwait(false);
        }

        if (status != 1) throw new HBaseProtocolException($"A SASL status of {status}; the server may want TLS (Tls in the options).");
        var exception = await ReadTextAsync(cancellationToken).ConfigureAwait(false);
        var message = await ReadTextAsync(cancellationToken).ConfigureAwait(false);
        throw new HBaseSecurityException($"{target} refused the Kerberos ticket: {exception}: {message}")
        { ServerException = exception };
    }

    private async Task<string> ReadTextAsync(CancellationToken cancellationToken)
    {
        var length = await ReadIntAsync(cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(await ReadAsync(length, cancellationToken).ConfigureAwait(false));
    }

    private async Task<int> ReadIntAsync(CancellationToken cancellationToken) =>
        BinaryPrimitives.ReadInt32BigEndian(await ReadAsync(sizeof(int), cancellationToken).ConfigureAwait(false));

    private async Task<byte[]> ReadAsync(int length, CancellationToken cancellationToken)
    {
        if (length is < 0 or > MaxToken) throw new HBaseProtocolException($"A SASL token of {length} bytes.");
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }
}
