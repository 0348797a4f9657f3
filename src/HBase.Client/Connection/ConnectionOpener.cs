using System.Net.Sockets;
using HBase.Client.Routing;
using HBase.Client.Security;

namespace HBase.Client.Connection;

/// <summary>Opens a connection to a service: TCP, then TLS, then preamble, SASL and header, as the settings say.</summary>
internal static class ConnectionOpener
{
    /// <summary>A stream on which calls may be written.</summary>
    /// <exception cref="RpcException">It could not be opened in time; no call was sent.</exception>
    public static async Task<Stream> OpenAsync(
        ServerAddress address, string service, ConnectionSettings settings, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.ConnectTimeout, settings.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await ConnectAsync(address, service, settings, linked.Token).ConfigureAwait(false);
        }
        catch (HBaseSecurityException e)
        {
            throw Error(address, new Failure(FailureAction.Fail, MaybeExecuted: false, e.Message)
            { IsSecurity = true, ServerException = e.ServerException }, e);
        }
        catch (Exception e) when (e is SocketException or IOException or HBaseProtocolException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var why = e is OperationCanceledException ? $"no connection within {settings.ConnectTimeout}" : e.Message;
            throw Error(address, new Failure(FailureAction.Relocate, MaybeExecuted: false, why), e);
        }
    }

    private static RpcException Error(ServerAddress address, Failure failure, Exception e)
    {
        var message = $"connecting to {address}: {failure.Message}";
        return new RpcException(message, failure with { Message = message }, e);
    }

    private static async Task<Stream> ConnectAsync(
        ServerAddress address, string service, ConnectionSettings settings, CancellationToken cancellationToken)
    {
        var target = settings.AddressMap.GetValueOrDefault(address, address);
        Stream stream = await SocketStream.ConnectAsync(target.Host, target.Port, cancellationToken).ConfigureAwait(false);
        try
        {
            // The name that the server has itself: certificates and principals are made out to that.
            if (settings.Tls is { } tls)
                stream = await TlsHandshake.RunAsync(stream, address.Host, tls, cancellationToken).ConfigureAwait(false);
            return await GreetAsync(stream, address, service, settings, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<Stream> GreetAsync(
        Stream stream, ServerAddress address, string service, ConnectionSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Kerberos is not { } kerberos)
        {
            await stream.WriteAsync(Preamble.Create(settings, service), cancellationToken).ConfigureAwait(false);
            return stream;
        }

        await stream.WriteAsync(Preamble.Kerberos.ToArray(), cancellationToken).ConfigureAwait(false);
        // The registry's addresses are masters.
        var principal = kerberos.TargetOf(address.Host, isMaster: service != ConnectionPool.ClientService);
        var sasl = new SaslHandshake(stream, principal, kerberos, settings.MaxResponseBytes);
        stream = await sasl.RunAsync(cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(Preamble.Header(settings, service), cancellationToken).ConfigureAwait(false);
        return stream;
    }
}
