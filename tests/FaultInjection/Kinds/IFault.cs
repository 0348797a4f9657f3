namespace FaultInjection.Kinds;

/// <summary>Something that goes wrong in production.</summary>
internal interface IFault
{
    /// <summary>Its name in reports.</summary>
    string Kind { get; }

    /// <summary>Brings it about and repairs it again; returns when the servers and silos are as many as before.</summary>
    /// <returns>What shows by itself that work had to be done again; null when the observer has to find that.</returns>
    Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken);
}
