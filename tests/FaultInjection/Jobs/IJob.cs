using Load.Processes;

namespace FaultInjection.Jobs;

/// <summary>What the silos do while faults come: its load, and what must be right at the end.</summary>
internal interface IJob
{
    /// <summary>The topic that the load goes to; its commits tell progress.</summary>
    string Topic { get; }

    /// <summary>All topics that must be there, of 8 partitions.</summary>
    IReadOnlyList<string> Topics { get; }

    /// <summary>Further arguments of a silo.</summary>
    IReadOnlyList<string> SiloSettings { get; }

    ILoad StartLoad(Cluster cluster, Scratch scratch);

    /// <summary>Makes activations lose what they have not written; what has shown that they did, null: nothing.</summary>
    Task<string?> LoseActivationsAsync(Cluster cluster, Random random, CancellationToken cancellationToken);

    /// <summary>Waits until all is committed and compares it with an undisturbed run: figures by name.</summary>
    Task<IReadOnlyDictionary<string, long>> VerifyAsync(Cluster cluster, CancellationToken cancellationToken);

    /// <summary>The figures that must be 0.</summary>
    IReadOnlyList<string> MustBeZero { get; }
}

/// <summary>Keeps records coming until it is disposed of.</summary>
internal interface ILoad : IAsyncDisposable
{
    /// <summary>How often the load itself gave up, and was started again.</summary>
    int Restarts { get; }
}
