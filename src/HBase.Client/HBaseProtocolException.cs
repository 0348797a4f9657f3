namespace HBase.Client;

/// <summary>A server sent bytes that are not HBase's protocol; the connection they came over is closed.</summary>
public sealed class HBaseProtocolException(string message, Exception? inner = null) : HBaseException(message, inner);
