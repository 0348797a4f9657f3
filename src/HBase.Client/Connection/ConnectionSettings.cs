namespace HBase.Client.Connection;

/// <summary>What every connection needs to know.</summary>
internal sealed record ConnectionSettings(string User, TimeSpan ConnectTimeout, int MaxResponseBytes, TimeProvider Time);
