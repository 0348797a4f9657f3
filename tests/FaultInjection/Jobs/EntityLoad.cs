using System.Globalization;
using Load.Processes;

namespace FaultInjection.Jobs;

/// <summary>Keeps events coming at a steady rate, through broken brokers too.</summary>
internal sealed class EntityLoad : ILoad
{
    private const long Slice = 1_000_000_000;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public EntityLoad(Cluster cluster, Scratch scratch) => _loop = LoopAsync(cluster, scratch, _stop.Token);

    public int Restarts { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task LoopAsync(Cluster cluster, Scratch scratch, CancellationToken cancellationToken)
    {
        var plan = cluster.Plan;
        for (long first = 0; ; first += Slice, Restarts++)
        {
            await using var load = ChildProcess.Start(scratch["load.log"], Shared.Peers,
            [
                "load", "--bootstrap", cluster.Servers.Bootstrap, "--topic", cluster.Plan.Job.Topic, "--seed", Text(plan.Seed),
                "--entities", Text(plan.Entities), "--rate", Text(plan.Rate), "--records", Text(Slice), "--first", Text(first),
            ]);
            await load.WaitAsync(cancellationToken);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
