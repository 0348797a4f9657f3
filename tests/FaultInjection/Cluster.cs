using FaultInjection.Jobs;
using Load.Processes;
using Load.Topics;

namespace FaultInjection;

/// <summary>What a run is made of.</summary>
internal sealed record FaultPlan(IJob Job, int Seconds, int Seed, int Rate, int Entities);

/// <summary>The servers, the silos by slot, and the load: all that a fault can act on.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    public const string Group = "faults";
    public const string Table = "entities";

    // Else commits could stand still, with no fault, for as long as Evidence takes for a fault's doing.
    private static readonly string[] SiloSettings = ["--Checkpoints:BusyCheckpointInterval=00:00:01"];

    private readonly Scratch _scratch;
    private readonly Dictionary<int, SiloProcess> _silos = [];

    public Cluster(Servers servers, Scratch scratch, TopicAdmin admin, FaultPlan plan)
    {
        _scratch = scratch;
        Servers = servers;
        Admin = admin;
        Plan = plan;
    }

    public Servers Servers { get; }

    public TopicAdmin Admin { get; }

    public FaultPlan Plan { get; }

    public ClusterAccess Access { get; private set; } = null!;

    /// <summary>Where the silos that run now listen for clients.</summary>
    public IReadOnlyList<string> Gateways => [.. _silos.Values.Select(silo => silo.Gateway)];

    /// <summary>The silos that run, by slot.</summary>
    public IReadOnlyDictionary<int, SiloProcess> Silos => _silos;

    /// <summary>The most memory that a silo has had resident, in MB.</summary>
    public long PeakMegabytes { get; private set; }

    public async Task ConnectAsync(CancellationToken cancellationToken) =>
        Access = await ClusterAccess.ConnectAsync(Servers.Masters, Gateways, cancellationToken);

    public async Task StartSiloAsync(int slot, CancellationToken cancellationToken)
    {
        var silo = SiloProcess.Start(Servers, _scratch, new(slot, Group, [.. SiloSettings, .. Plan.Job.SiloSettings]));
        _silos[slot] = silo;
        await silo.WaitUntilUpAsync(cancellationToken);
    }

    public async Task KillSiloAsync(int slot)
    {
        NotePeaks();
        _silos.Remove(slot, out var silo);
        await silo!.Process.KillAsync();
        await silo.DisposeAsync();
    }

    public async Task StopSiloAsync(int slot)
    {
        NotePeaks();
        _silos.Remove(slot, out var silo);
        if (!await silo!.Process.StopAsync())
            await Console.Error.WriteLineAsync($"silo {slot} did not stop within 30 s of SIGTERM");
        await silo.DisposeAsync();
    }

    /// <summary>By partition, the slots of the silos that say they read it; null when one of them does not answer.</summary>
    public async Task<IReadOnlyList<IReadOnlySet<int>>?> OwnersAsync(CancellationToken cancellationToken)
    {
        var owners = Enumerable.Range(0, 8).Select(_ => new HashSet<int>()).ToArray();
        foreach (var (slot, silo) in _silos.ToArray())
        {
            if (await silo.PartitionsAsync(Plan.Job.Topic, cancellationToken) is not { } partitions) return null;
            foreach (var partition in partitions) owners[partition].Add(slot);
        }

        return owners;
    }

    /// <summary>How many partitions are not read by exactly one silo, once that has settled or time is over.</summary>
    public async Task<long> NotReadByOneAsync(CancellationToken cancellationToken)
    {
        for (var looks = 0; ; looks++)
        {
            var owners = await OwnersAsync(cancellationToken);
            var wrong = owners?.Count(owner => owner.Count != 1) ?? 8;
            if (wrong == 0 || looks == 30) return wrong;
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    /// <summary>Takes down how much memory the silos have had so far.</summary>
    public void NotePeaks()
    {
        foreach (var silo in _silos.Values)
            PeakMegabytes = Math.Max(PeakMegabytes, silo.Process.PeakMegabytes);
    }

    public async ValueTask DisposeAsync()
    {
        if (Access is not null) await Access.DisposeAsync();
        foreach (var silo in _silos.Values) await silo.DisposeAsync();
    }
}
