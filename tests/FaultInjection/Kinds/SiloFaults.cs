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
    private const int Entities = 400;

    public string Kind => "activation-lost";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        var keys = Enumerable.Range(0, Entities).Select(_ => $"e{random.Next(cluster.Plan.Entities)}").Distinct().ToList();
        var lost = await Task.WhenAll(keys.Select(key => LoseAsync(cluster, key, cancellationToken)));
        var count = lost.Count(was => was);
        return count > 0 ? $"{count} of {keys.Count} activations had more in memory than in their row" : null;
    }

    // Whether the next activation, which reads the row, knows less than the one before knew.
    private static async Task<bool> LoseAsync(Cluster cluster, string key, CancellationToken cancellationToken)
    {
        var before = await cluster.Access.Entities.GetAsync("entity", key, cancellationToken);
        await cluster.ForgetAsync(key);
        var after = await cluster.Access.Entities.GetAsync("entity", key, cancellationToken);
        return after.Count < before.Count;
    }
}
