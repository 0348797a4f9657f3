namespace HBase.Client;

/// <summary>
/// Client and server did not accept each other: a certificate, a Kerberos ticket or the lack of one. The message says what to
/// change. Nothing of the operation was sent.
/// </summary>
public sealed class HBaseSecurityException(string message, Exception? inner = null) : HBaseException(message, inner);
