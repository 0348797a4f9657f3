namespace Client;

/// <summary>How an application reaches the silos. Bound from the configuration section <c>Client</c>.</summary>
public sealed class EntityClientOptions
{
    /// <summary>The configuration section that the options are bound from.</summary>
    public const string Section = "Client";

    /// <summary>The cluster to talk to; as the silos name it. Default <c>granary</c>.</summary>
    public string ClusterId { get; set; } = "granary";

    /// <summary>The service to talk to; as the silos name it. Default <c>granary</c>.</summary>
    public string ServiceId { get; set; } = "granary";

    /// <summary>
    /// Gateways as <c>host:port</c>; in configuration also one text with commas. Default <c>127.0.0.1:30000</c>, where a lone
    /// silo listens. Not used when <see cref="HBaseMasters"/> is set.
    /// </summary>
    public IList<string> Gateways { get; set; } = ["127.0.0.1:30000"];

    /// <summary>
    /// HBase masters as <c>host:port,host:port</c>. When set, gateways are found in HBase, where the silos of a cluster enter
    /// themselves. Default null.
    /// </summary>
    public string? HBaseMasters { get; set; }

    /// <summary>How long the first connection is tried for before the host's start fails. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a query or command is repeated for until it is given up; also how long Orleans waits for the answer to a call
    /// that an application makes on a grain itself, and to a batch of produced events. Default 30 s.
    /// </summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt waits for its answer before the same command is sent again. Default 10 s.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
