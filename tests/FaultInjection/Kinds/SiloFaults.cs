namespace FaultInjection.Kinds;

/// <summary>SIGKILL of one of two silos, which comes back.</summary>
internal sealed class KillSilo : IFault
{
    public string Kind => "silo-kill";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        var slot = random.Next(1, 3);
        await cluster.KillSiloAsync(slot);
        await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 6)), cancellationToken);
        await cluster.StartSiloAsync(slot, cancellationToken);
        return null;
    }
}

/// <summary>SIGTERM of one of two silos: it drains, flushes and commits; then it comes back.</summary>
internal sealed class StopSilo : IFault
{
    public string Kind => "silo-stop";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        var slot = random.Next(1, 3);
        await cluster.StopSiloAsync(slot);
        await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 6)), cancellationToken);
        await cluster.StartSiloAsync(slot, cancellationToken);
        return null;
    }
}

/// <summary>A third silo joins, takes its share of the partitions, and leaves again.</summary>
internal sealed class ThirdSilo : IFault
{
    public string Kind => "silo-joins";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        await cluster.StartSiloAsync(3, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(12), cancellationToken);
        var owners = await cluster.OwnersAsync(cancellationToken) ?? [];
        if (random.Next(2) == 0)
            await cluster.KillSiloAsync(3);
        else
            await cluster.StopSiloAsync(3);
        var taken = owners.Count(owner => owner.Contains(3));
        return taken > 0 ? $"the third silo read {taken} partitions" : null;
    }
}

/// <summary>Activations lose what they have not written: the lanes must deliver it again.</summary>
internal sealed class LoseActivations : IFault
{
    public string Kind => "activation-lost";

    public Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken) =>
        cluster.Plan.Job.LoseActivationsAsync(cluster, random, cancellationToken);
}
