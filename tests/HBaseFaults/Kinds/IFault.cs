using HBase.Client;
using HBaseFaults.Load;
using Load.Processes;

namespace HBaseFaults.Kinds;

/// <summary>Something that goes wrong in production.</summary>
internal interface IFault
{
    /// <summary>Its name in reports.</summary>
    string Kind { get; }

    /// <summary>Brings it about and repairs it again; returns when all servers are there.</summary>
    /// <exception cref="HBaseException">It could not be brought about.</exception>
    Task InflictAsync(HBaseServers servers, Clients clients, Random random, CancellationToken cancellationToken);
}
