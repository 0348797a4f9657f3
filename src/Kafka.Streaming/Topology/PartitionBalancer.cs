using System.IO.Hashing;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Kafka.Streaming.Topology;

/// <summary>
/// Spreads partitions over active silos: as many to each as to any other, give or take one, and few of them move when a silo
/// comes or goes. New partitions are spread as soon as they are seen.
/// </summary>
internal sealed class PartitionBalancer : QueueBalancerBase, IStreamQueueBalancer
{
    private readonly KafkaTopology _topology;
    private IStreamQueueMapper? _mapper;
    private volatile SiloAddress[] _silos = [];

    public PartitionBalancer(IServiceProvider services, KafkaTopology topology, ILogger<PartitionBalancer> logger)
        : base(services, logger) => _topology = topology;

    public override Task Initialize(IStreamQueueMapper queueMapper)
    {
        _mapper = queueMapper;
        _topology.Changed += Notify;
        return base.Initialize(queueMapper);
    }

    public override Task Shutdown()
    {
        _topology.Changed -= Notify;
        return base.Shutdown();
    }

    public override IEnumerable<QueueId> GetMyQueues() => _mapper is null
        ? []
        : Assign([.. _mapper.GetAllQueues()], _silos).Where(entry => entry.Silo.Equals(SiloAddress)).Select(entry => entry.Queue);

    protected override void OnClusterMembershipChange(HashSet<SiloAddress> activeSilos)
    {
        _silos = [.. activeSilos];
        Notify();
    }

    /// <summary>The same on every silo that sees the same partitions and silos.</summary>
    internal static IEnumerable<(QueueId Queue, SiloAddress Silo)> Assign(
        IReadOnlyList<QueueId> queues, IReadOnlyList<SiloAddress> silos)
    {
        if (silos.Count == 0)
            yield break;
        var room = silos.ToDictionary(silo => silo, _ => queues.Count / silos.Count);
        var spare = queues.Count % silos.Count;
        // Each takes the silo with which its hash is highest among those that have room: rendezvous hashing with a bound.
        foreach (var queue in queues.Order())
        {
            var silo = silos.Where(silo => room[silo] > 0 || (room[silo] == 0 && spare > 0))
                .MaxBy(silo => (Rank(queue, silo), silo.ToParsableString()))!;
            if (room[silo]-- == 0)
                spare--;
            yield return (queue, silo);
        }
    }

    private static ulong Rank(QueueId queue, SiloAddress silo) =>
        XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{queue}@{silo.ToParsableString()}"));

    private void Notify() => NotifyListeners().ContinueWith(
        task => Logger.LogWarning(task.Exception, "Partitions could not be spread anew."),
        CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
